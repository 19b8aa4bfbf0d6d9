import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSqlite, type TestDatabase } from '../utils/databases.js';
import { check, NO_FAULTS } from './checker.js';
import { eventOf } from './event.js';
import { History } from './history.js';
import { Host } from './host.js';
import { itUnless } from './it-unless.js';
import { Load } from './load.js';
import { readStored, withDataSource } from './stored-events.js';
import { until } from '../utils/until.js';

describe('SQLite on a disk that fails', () => {
  let database: TestDatabase;

  afterEach(async () => {
    await Host.killAll();
    await database.stop();
  });

  /** Under load, breaks the disk and mends it, and expects 503 meanwhile and nothing wrong afterwards. */
  async function expectRecovery(breakDisk: (host: Host, file: string) => () => void): Promise<void> {
    const host = await Host.start(database.url);
    const history = new History();
    for (let n = 0; n < 50; n++) expect(await history.send(host.url, eventOf(`before-${n}`))).toMatchObject({ kind: 'ok' });
    const mend = breakDisk(host, database.url.slice('sqlite:'.length));
    const load = new Load(history, host.url);
    await until('100 events failed', () => history.count('unknown') >= 100);
    mend();
    await load.untilStored(200);
    await load.stop();
    expect(history.count('fail')).toBe(0);
    for (const { kind, answer } of history.completions()) if (kind === 'unknown') expect(answer?.status).toBe(503);
    expect(check(history.records, await readStored(database.url))).toMatchObject(NO_FAULTS);
    const integrity = await withDataSource(database.url, (source) => source.query('PRAGMA integrity_check'));
    expect(integrity).toEqual([{ integrity_check: 'ok' }]);
  }

  itUnless(whyNoLimits())(
    'writes that fail in their middle are answered with 503, and events are stored again afterwards',
    async () => {
      database = await startSqlite();
      await expectRecovery((host, file) => {
        const limit = (bytes: number | string) => execFileSync('prlimit', [`--pid=${host.pid}`, `--fsize=${bytes}:`]);
        limit(statSync(`${file}-wal`).size + 2_000); // within the next frame
        return () => limit('unlimited');
      });
    },
  );

  itUnless(whyNoMounts())('a full disk is answered with 503, and events are stored again afterwards', async () => {
    const { folder, unmount } = mountSmallDisk();
    database = { url: `sqlite:${join(folder, 'events.db')}`, stop: async () => unmount() };
    await expectRecovery(() => {
      const ballast = join(folder, 'ballast');
      expect(() => writeFileSync(ballast, Buffer.alloc(64 * 1024 * 1024))).toThrow('ENOSPC');
      return () => rmSync(ballast);
    });
  });
});

/** Has room for 16 MiB. */
function mountSmallDisk() {
  const folder = mkdtempSync(join(tmpdir(), 'event-log-disk-'));
  const unmount = () => {
    execFileSync('umount', [folder], { stdio: 'pipe' });
    rmdirSync(folder);
  };
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder], { stdio: 'pipe' });
    return { folder, unmount };
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
}

function whyNoMounts(): string | undefined {
  try {
    mountSmallDisk().unmount();
    return undefined;
  } catch {
    return 'a full disk needs the right to mount one';
  }
}

function whyNoLimits(): string | undefined {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'pipe' });
    return undefined;
  } catch {
    return 'writes that fail need prlimit of util-linux';
  }
}

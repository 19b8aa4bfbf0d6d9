import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { closeApps } from '../utils/create-app.js';
import { startCopyHost } from './copy-host.js';
import { describeEngineInProcess } from './engine.js';
import { EngineProcess } from './engine-process.js';
import { writeUntil } from './write-until.js';

const KILLS = Number(process.env.KILLS ?? 4);

describeEngineInProcess('A host whose ClickHouse is killed again and again', () => {
  let folder: string;
  let engine: EngineProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chdb-'));
    engine = new EngineProcess(join(folder, 'data'));
    await engine.start();
  });

  afterAll(async () => {
    await closeApps();
    await engine.kill();
    await rm(folder, { recursive: true, force: true });
  });

  it(
    'takes every event, answers 503 or what is right, and has each event in the copy once when it is up again',
    async () => {
      const { client, clickHouse, copied, copy, events } = await startCopyHost({
        database: 'killed',
        clickHouse: { client: () => engine.client() },
      });
      await copied();
      const writing = new AbortController();
      const writer = writeUntil(writing.signal, events);
      const statuses = new Set<number>();
      const asker = (async () => {
        for (; !writing.signal.aborted; await delay(50)) statuses.add((await client.get('/query/events?limit=1')).status);
      })();
      for (let kill = 0; kill < KILLS; kill++) {
        // An insert and its progress begin once a second.
        await delay(1_000 + Math.random() * 1_000);
        await engine.kill();
        await delay(300);
        await engine.start();
      }
      await delay(1_500);
      writing.abort();
      const [written] = await Promise.all([writer, asker]);
      await copied();
      const sql = `SELECT count() AS rows, uniqExact(id) AS ids FROM ${clickHouse.schema.events}`;
      expect(await clickHouse.read({ sql, values: [] })).toEqual([{ rows: written, ids: written }]);
      expect((await copy.compare()).filter(({ stored, copied: there }) => stored !== there)).toEqual([]);
      expect([...statuses].sort()).toEqual([200, 503]);
    },
    KILLS * 15_000 + 120_000,
  );
});

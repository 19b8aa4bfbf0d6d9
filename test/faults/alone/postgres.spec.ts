import { setTimeout as delay } from 'node:timers/promises';
import { administer, createPostgresDatabase, type TestDatabase } from '../../utils/databases.js';
import { PostgresServer } from '../../utils/postgres-server.js';
import { check, NO_FAULTS } from '../checker.js';
import { eventOf } from '../event.js';
import { History } from '../history.js';
import { Host } from '../host.js';
import { KEY } from '../http-client.js';
import { Load, sendUntilStored } from '../load.js';
import { lockTable } from '../../utils/lock-table.js';
import { readStored } from '../stored-events.js';

const ANSWER_MS = 5_000;

describe('a PostgreSQL that fails', () => {
  let server: PostgresServer;
  let database: TestDatabase;
  let history: History;

  // Without synchronous commits, what the last 10 s brought is then surely not on the disk.
  beforeAll(async () => {
    server = await PostgresServer.create({ wal_writer_delay: '10s' });
  });

  afterAll(() => server.remove());

  beforeEach(async () => {
    database = await createPostgresDatabase(server.url);
    history = new History();
  });

  afterEach(async () => {
    await Host.killAll();
    await database.stop();
  });

  const names = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
  const sendAll = (url: string, all: string[]) => Promise.all(all.map((name) => history.send(url, eventOf(name))));
  const verdict = async () => check(history.records, await readStored(database.url));

  async function killUnderLoad(): Promise<void> {
    const host = await Host.start(database.url);
    const load = new Load(history, host.url);
    for (const count of [100, 300, 200]) {
      await load.untilStored(count);
      expect(history.inFlight).toBeGreaterThan(0);
      await server.kill();
      await delay(200);
      await server.start();
    }
    await load.untilStored(50);
    await load.stop();
  }

  it('every acknowledged event is kept, once and whole, when PostgreSQL is killed under load', async () => {
    await killUnderLoad();
    expect(history.count('unknown')).toBeGreaterThan(0);
    expect(await verdict()).toMatchObject(NO_FAULTS);
  });

  it('PostgreSQL without synchronous_commit loses events, which the checker finds', async () => {
    await (await Host.start(database.url)).end('SIGTERM'); // the table is to stay
    await administer(server.url, `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET synchronous_commit = off`);
    await killUnderLoad();
    expect((await verdict()).lost).not.toEqual([]);
  });

  it('a PostgreSQL that is stopped is answered with 503 and Retry-After at once, and with 200 once it is back', async () => {
    const host = await Host.start(database.url);
    await sendAll(host.url, names('before', 16));
    await server.stop();
    const times: number[] = [];
    for (const name of names('during', 20)) {
      const { answer, ms } = await history.send(host.url, eventOf(name));
      expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
      times.push(ms);
    }
    await server.start();
    expect(times.sort((a, b) => a - b)[times.length / 2]).toBeLessThan(1_000);
    expect(await history.send(host.url, eventOf('after'))).toMatchObject({ kind: 'ok' });
    expect(await verdict()).toMatchObject({ ...NO_FAULTS, recovered: [] });
  });

  describe.each([
    ['frozen', freeze],
    ['held by a lock on the table', () => lockTable(database.url)],
  ])('that is %s', (_name, hold) => {
    it('a PostgreSQL that is held up is answered with 503 within 5 s, and every connection works again afterwards', async () => {
      const host = await Host.start(database.url);
      await sendAll(host.url, names('before', 64));
      const release = await hold();
      for (const wave of ['first', 'second']) {
        const completions = await sendAll(host.url, names(wave, 32));
        for (const { answer } of completions) expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
        expect(Math.max(...completions.map(({ ms }) => ms))).toBeLessThan(ANSWER_MS);
      }
      await release();
      expect(await sendUntilStored(history, host.url, eventOf('after'))).toMatchObject({ kind: 'ok' });
      const [completions, reads] = await Promise.all([sendAll(host.url, names('burst', 64)), readRecent(host, 64)]);
      expect(completions.map(({ kind }) => kind)).toEqual(completions.map(() => 'ok'));
      expect(reads).toEqual(reads.map(() => 200));
      expect(await verdict()).toMatchObject(NO_FAULTS);
    });
  });

  async function freeze(): Promise<() => void> {
    await server.freeze();
    return () => server.thaw();
  }

  /** Reads at once, more than the pool has connections: one that never came back would be missed. */
  function readRecent(host: Host, times: number): Promise<number[]> {
    const headers = { Authorization: `Bearer ${KEY}` };
    return Promise.all(Array.from({ length: times }, async () => (await fetch(new URL('recent', host.url), { headers })).status));
  }

  it('a PostgreSQL that is back takes the storm of clients that waited for it within seconds, and each event is stored once', async () => {
    const host = await Host.start(database.url);
    await sendAll(host.url, names('before', 16));
    await server.stop();
    const same = eventOf('the same');
    const waiting = [
      ...names('patient', 300).map((name) => sendUntilStored(history, host.url, eventOf(name))),
      ...Array.from({ length: 1_000 }, () => sendUntilStored(history, host.url, same)),
    ];
    await delay(2_000);
    expect(history.completions().filter(({ event, kind }) => event === same && kind === 'ok')).toEqual([]);
    await server.start();
    const startedAt = performance.now();
    const completions = await Promise.all(waiting);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(new Set(completions.map(({ kind }) => kind))).toEqual(new Set(['ok']));
    const bodies = completions.filter(({ event }) => event === same).map(({ answer }) => answer!.body);
    expect(new Set(bodies).size).toBe(1);
    expect((await history.send(host.url, eventOf('after'))).ms).toBeLessThan(1_000);
    expect(await verdict()).toMatchObject(NO_FAULTS);
  });
});

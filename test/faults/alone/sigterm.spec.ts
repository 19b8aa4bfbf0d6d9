import { setTimeout as delay } from 'node:timers/promises';
import { ADAPTERS } from '../../utils/create-app.js';
import { startPostgres, startSqlite, type TestDatabase } from '../../utils/databases.js';
import { check, NO_FAULTS } from '../checker.js';
import { eventOf } from '../event.js';
import { History } from '../history.js';
import { Host } from '../host.js';
import { Load } from '../load.js';
import { lockTable } from '../../utils/lock-table.js';
import { RawRequest } from '../raw-request.js';
import { readStored } from '../stored-events.js';
import { until } from '../../utils/until.js';

const GRACE_MS = 10_000;

describe.each(ADAPTERS)('SIGTERM on %s', (adapter) => {
  let database: TestDatabase;
  let host: Host;
  let history: History;

  async function start(startDatabase: () => Promise<TestDatabase>): Promise<void> {
    database = await startDatabase();
    host = await Host.start(database.url, { adapter });
    history = new History();
  }

  afterEach(async () => {
    await Host.killAll();
    await database.stop();
  });

  const expectNoFaults = async () => expect(check(history.records, await readStored(database.url))).toMatchObject(NO_FAULTS);

  async function expectEnding(ending: Promise<unknown>): Promise<void> {
    expect([
      { code: 0, signal: null },
      { code: null, signal: 'SIGTERM' },
    ]).toContainEqual(await Promise.race([ending, delay(GRACE_MS, 'still running', { ref: false })]));
  }

  it.each([
    ['SQLite', startSqlite],
    ['PostgreSQL', startPostgres],
  ])('SIGTERM under load answers what is in flight and ends the process, with %s', async (_name, startDatabase) => {
    await start(startDatabase);
    const load = new Load(history, host.url);
    await load.untilStored(100);
    expect(history.inFlight).toBeGreaterThan(0);
    const signalledAt = performance.now();
    await expectEnding(host.end('SIGTERM'));
    await load.done;
    const inFlight = history.completions().filter(({ startedAt, ms }) => startedAt < signalledAt && startedAt + ms > signalledAt);
    expect(inFlight.filter(({ answer }) => answer === undefined)).toEqual([]);
    for (const { answer } of history.completions()) if (answer) expect([200, 503]).toContain(answer.status);
    await expectNoFaults();
  });

  it('SIGTERM waits for the store to answer what is in flight, and clients are told to close their connections', async () => {
    await start(startPostgres);
    const release = await lockTable(database.url);
    const sent = Array.from({ length: 32 }, (_, n) => history.send(host.url, eventOf(`in-flight-${n}`)));
    await delay(300);
    const ending = host.end('SIGTERM');
    await delay(1_000);
    expect(history.inFlight).toBe(32);
    await release();
    for (const { answer } of await Promise.all(sent)) {
      expect(answer).toMatchObject({ status: 200, headers: { connection: 'close' } });
    }
    await expectEnding(ending);
    await expectNoFaults();
  });

  it('SIGTERM waits for a body that is on its way', async () => {
    await start(startPostgres);
    const event = eventOf('half-sent');
    const request = await RawRequest.open(host.url, JSON.stringify(event));
    let ending: Promise<unknown> | undefined;
    const completion = await history.attempt(event, async () => {
      request.sendHead('Expect: 100-continue');
      await until('the head was read', () => request.received.includes('100 Continue'));
      request.sendBody(0, 0.5);
      ending = host.end('SIGTERM');
      await delay(1_000);
      request.sendBody(0.5);
      return request.answer();
    });
    expect(completion.answer).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await expectEnding(ending!);
    await expectNoFaults();
  });

  it('SIGKILL leaves without an answer what SIGTERM waits for', async () => {
    await start(startPostgres);
    const release = await lockTable(database.url);
    const sent = Array.from({ length: 32 }, (_, n) => history.send(host.url, eventOf(`in-flight-${n}`)));
    await delay(300);
    await host.end('SIGKILL');
    for (const completion of await Promise.all(sent)) expect(completion).toMatchObject({ kind: 'unknown', answer: undefined });
    await release();
  });
});

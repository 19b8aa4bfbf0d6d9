import { startPostgres, startSqlite, type TestDatabase } from '../utils/databases.js';
import { check, NO_FAULTS } from './checker.js';
import { eventOf } from './event.js';
import { History } from './history.js';
import { Host } from './host.js';
import { readStored } from './stored-events.js';

const NAMES = Array.from({ length: 40 }, (_, n) => `race-${n}`);
const ATTEMPTS = 50;

let database: TestDatabase | undefined;

afterEach(async () => {
  await Host.killAll();
  await database?.stop();
  database = undefined;
});

/** Sends each event 50 times at once, to two processes in turn; returns the answers by event. */
async function race(databaseUrl: string, history: History) {
  const hosts = await Promise.all([Host.start(databaseUrl), Host.start(databaseUrl)]);
  const raceOne = (name: string) =>
    Promise.all(Array.from({ length: ATTEMPTS }, (_, n) => history.send(hosts[n % 2].url, eventOf(name))));
  const completions = await Promise.all(NAMES.map(raceOne));
  return completions.map((attempts) => ({
    statuses: new Set(attempts.map(({ answer }) => answer?.status)),
    bodies: new Set(attempts.map(({ answer }) => answer?.body)),
    fresh: attempts.filter(({ answer }) => answer?.headers['idempotent-replayed'] === undefined).length,
  }));
}

it.each([
  ['SQLite', startSqlite],
  ['PostgreSQL', startPostgres],
])('one event an id is stored in %s, and answered alone and always, when two processes race', async (_name, start) => {
  database = await start();
  const history = new History();
  for (const { statuses, bodies, fresh } of await race(database.url, history)) {
    expect([...statuses]).toEqual([200]);
    expect(bodies.size).toBe(1);
    expect(fresh).toBe(1);
  }
  const stored = await readStored(database.url);
  expect(stored).toHaveLength(NAMES.length);
  expect(check(history.records, stored)).toMatchObject(NO_FAULTS);
});

it('processes with a store each answer an id twice, which the count finds', async () => {
  for (const { fresh } of await race('memory:', new History())) expect(fresh).toBe(2);
});

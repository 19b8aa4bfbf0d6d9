import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { BY_DAYS, giveClock, setAhead } from '../days/database.js';
import { dataSourceOptions, startPostgres, type TestDatabase } from '../utils/databases.js';
import { check, NO_FAULTS } from './checker.js';
import { History } from './history.js';
import { Host } from './host.js';
import { Load } from './load.js';
import { readStored } from './stored-events.js';

const TIMES = Number(process.env.MIDNIGHT_KILLS ?? 3);
const DAY_MS = 86_400_000;

let database: TestDatabase;
let source: DataSource;

beforeEach(async () => {
  database = await startPostgres();
  source = await new DataSource(dataSourceOptions(database.url, BY_DAYS)).initialize();
  await giveClock(source);
});

afterEach(async () => {
  await Host.killAll();
  await source.destroy();
  await database.stop();
});

it(
  'no event that was acknowledged is lost where a process is killed as it becomes midnight, and none is doubled when all are sent again',
  async () => {
    const history = new History();
    let ahead = DAY_MS - (Date.now() % DAY_MS) + 1_000; // just after the next midnight
    for (let time = 0; time < TIMES; time++, ahead += DAY_MS) {
      const hosts = await Promise.all([Host.start(database.url), Host.start(database.url)]);
      const loads = hosts.map(({ url }) => new Load(history, url));
      await Promise.all(loads.map((load) => load.untilStored(50)));
      await setAhead(source, ahead);
      await delay(Math.random() * 100);
      await Promise.all(hosts.map((host) => host.end('SIGKILL')));
      await Promise.all(loads.map(({ done }) => done));
    }
    const host = await Host.start(database.url);
    const sent = new Map(history.records.map(({ event }) => [event.messageId, event]));
    for (const event of sent.values()) expect((await history.send(host.url, event)).kind).toBe('ok');
    const stored = await readStored(database.url);
    expect(check(history.records, stored)).toMatchObject(NO_FAULTS);
    expect(stored).toHaveLength(sent.size);
    const [{ rows, days }] = await source.query(
      'SELECT count(*)::int AS rows, count(DISTINCT received_day)::int AS days FROM event_log_events',
    );
    expect([rows, days]).toEqual([sent.size, TIMES + 1]);
  },
  60_000 + 20_000 * TIMES,
);

// Writers, queries, a consumer, a purge and erasures at once, and what has become of each event: `npm run bench:together`, or
// `npm run bench:together -- --help`. Ends with 1 where an event is lost or left, an answer is not 200, or there was a deadlock.
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { eventLogConsumerMigrations, eventLogMigrations } from '../../lib/typeorm/index.js';
import { dataSourceOptions, startMysql, startPostgres, startSqlite } from '../../test/utils/databases.js';
import { figure, header, row } from '../figures.js';
import { Server } from '../server.js';
import { type Answers, newAnswers, personAt, query, write } from './clients.js';
import { Ledger, type StoredRow } from './ledger.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    engine: { type: 'string', default: 'postgres' },
    writers: { type: 'string', default: '16' },
    pause: { type: 'string', default: '20' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run bench:together [-- --minutes 10 --engine postgres|sqlite|mysql --writers 16 --pause 20 (ms)]');
  process.exit();
}

const KEEP_SEARCHES = 'PT30S';
const KEEP_MS = 30_000;
const QUERIES = 2;
/** How often the server is asked what it has done, and how often a person is erased. */
const LOOK_MS = 1_000;
const ERASE_MS = 20_000;
/** How long the rest may take after the load. */
const PATIENCE_MS = 180_000;

const starts = { postgres: startPostgres, sqlite: startSqlite, mysql: startMysql };
const engine = values.engine as keyof typeof starts;
const minutes = Number(values.minutes);
const database = await starts[engine]();
const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations];
const source = await new DataSource(dataSourceOptions(database.url, { migrations })).initialize();
const deadlocksBefore = await deadlocks();
const server = await Server.start('together', { DATABASE_URL: database.url, KEEP_SEARCHES });
const ledger = new Ledger();
let isWell = false;
/** Of whom the server has said so. */
const erased = new Set<string>();
const [written, asked] = [newAnswers(), newAnswers()];
try {
  await atOnce();
  await untilDone();
  const faults = ledger.judge(await storedRows());
  const counts = {
    ...faults,
    deadlocks: (await deadlocks()) - deadlocksBefore,
    'other answers than 200': notOk(written) + notOk(asked),
  };
  print();
  console.log(`\n${header(['', 'count'])}`);
  for (const [name, count] of Object.entries(counts)) console.log(row([name, count]));
  isWell = Object.values(counts).every((count) => count === 0);
} finally {
  await server.stop();
  await source.destroy();
  await database.stop();
}

process.exit(isWell ? 0 : 1);

/** The load, for as long as was said. */
async function atOnce(): Promise<void> {
  const stop = new AbortController();
  const clients = [
    ...Array.from({ length: Number(values.writers) }, () =>
      write(server.url, ledger, written, Number(values.pause), stop.signal),
    ),
    ...Array.from({ length: QUERIES }, () => query(server.url, asked, stop.signal)),
  ];
  const end = performance.now() + minutes * 60_000;
  for (let next = performance.now() + ERASE_MS, turn = 0; performance.now() < end; await delay(LOOK_MS)) {
    await look();
    if (performance.now() < next) continue;
    next += ERASE_MS;
    const mode = turn++ % 2 === 0 ? 'delete' : 'anonymize';
    // One who has written some time ago, and does so no more.
    const userId = personAt(performance.now() - ERASE_MS);
    await tell(`${mode} ${userId}`);
    (mode === 'delete' ? ledger.deleted : ledger.anonymized).add(userId);
  }
  stop.abort();
  await Promise.all(clients);
}

/** Until erasures have ended, the consumer has been given all, and no search is left: its time is over some seconds from now. */
async function untilDone(): Promise<void> {
  const isHandled = () =>
    [...ledger.acknowledged].every(([id, { userId }]) => ledger.handled.has(id) || ledger.deleted.has(userId));
  await delay(KEEP_MS);
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await delay(LOOK_MS)) {
    await look();
    const isErased = erased.size === ledger.deleted.size + ledger.anonymized.size;
    if (isErased && isHandled() && (await searches()) === 0) return;
  }
}

async function look(): Promise<void> {
  await tell('usage');
}

async function tell(message: string): Promise<void> {
  const told = await server.tell(message);
  for (const id of told.handled ?? []) ledger.handled.add(id);
  for (const userId of told.erased ?? []) erased.add(userId);
}

async function searches(): Promise<number> {
  const [{ found }] = await source.query(`SELECT count(*) AS found FROM event_log_events WHERE entity_type = 'search'`);
  return Number(found);
}

async function storedRows(): Promise<StoredRow[]> {
  const rows: Record<string, unknown>[] = await source.query('SELECT id, properties, user_properties FROM event_log_events');
  const parsed = (json: unknown) => (typeof json === 'string' ? JSON.parse(json) : json) as { number?: number } | null;
  return rows.map(({ id, properties, user_properties }) => {
    return { id: id as string, number: parsed(properties)?.number ?? -1, hasPerson: parsed(user_properties) !== null };
  });
}

/** How many the engine has seen; on MariaDB in all of its databases. SQLite has none. */
async function deadlocks(): Promise<number> {
  if (engine === 'sqlite') return 0;
  const sql = {
    postgres: 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    mysql: `SELECT variable_value AS deadlocks FROM information_schema.global_status WHERE variable_name = 'Innodb_deadlocks'`,
  };
  const [{ deadlocks }] = await source.query(sql[engine]);
  return Number(deadlocks);
}

function notOk({ statuses }: Answers): number {
  return [...statuses].reduce((sum, [status, count]) => sum + (status === 200 ? 0 : count), 0);
}

function print(): void {
  const timesOf = ({ times }: Answers) => {
    const sorted = Float64Array.from(times).sort();
    return `${figure(sorted[sorted.length >> 1])} / ${figure(sorted[Math.floor(sorted.length * 0.99)])}`;
  };
  const statusesOf = ({ statuses }: Answers) => [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
  const all = [...ledger.acknowledged.values()];
  console.log(`${engine}, ${minutes} minutes\n\n${header(['', ''])}`);
  console.log(row(['writes', statusesOf(written)]));
  console.log(row(['writes, p50 / p99, ms', timesOf(written)]));
  console.log(row(['questions', statusesOf(asked)]));
  console.log(row(['questions, p50 / p99, ms', timesOf(asked)]));
  console.log(row(['events of the consumer', ledger.handled.size]));
  console.log(row(['searches that went by age', all.filter(({ isSearch }) => isSearch).length]));
  console.log(row(['persons deleted / anonymized', `${ledger.deleted.size} / ${ledger.anonymized.size}`]));
  console.log(row(['events deleted with them', all.filter(({ userId }) => ledger.deleted.has(userId)).length]));
}

import Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { COLUMNS, type EventRow, toRow } from '../lib/typeorm/events/event-columns.js';
import { eventLogMigrations } from '../lib/typeorm/index.js';
import { AddEventLogReadingIndexes1767744000000 } from '../lib/typeorm/migrations/1767744000000-add-event-log-reading-indexes.js';
import { dataSourceOptions, startPostgres, startSqlite, type TestDatabase } from '../test/utils/databases.js';
import { newRecord } from '../test/utils/events.js';
import { EVENT } from './event.js';
import { median, type Ratio } from './figures.js';
import { load } from './load.js';
import { Server } from './server.js';
import { cpuOf } from './process-usage.js';
import type { Plan } from './side-by-side.js';

const ROUNDS = 8;
const BATCHES = 40;
const EVENTS = 1_000;
const CONNECTIONS = 64;
const EVENTS_A_SECOND = 40;

/** The version before reading, and the first one with it: what they migrate and write. */
const BEFORE = { migrations: 5, columns: COLUMNS.slice(0, COLUMNS.indexOf('user_key')) };
const AFTER = { migrations: 7, columns: COLUMNS.slice(0, COLUMNS.indexOf('user_key') + 1) };

/** A table that is written to: resolves to the CPU time of the database, in milliseconds. */
interface Table {
  insert(rows: readonly EventRow[]): Promise<number>;
  close(): Promise<void>;
}

/** What the column and the indexes for reading cost those who write. */
export async function columnsForReading(plan: Plan): Promise<Ratio[]> {
  return [
    await batchRatio('PostgreSQL', startPostgres, postgresTable),
    await batchRatio('SQLite', startSqlite, sqliteTable),
    await singleRatio(plan),
  ];
}

async function batchRatio(
  name: string,
  start: () => Promise<TestDatabase>,
  open: (url: string, columns: readonly string[]) => Promise<Table>,
): Promise<Ratio> {
  const databases = [await start(), await start()];
  const tables: Table[] = [];
  try {
    for (const [index, { migrations, columns }] of [BEFORE, AFTER].entries()) {
      await migrate(databases[index], migrations);
      tables.push(await open(databases[index].url, columns));
    }
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [before, after] = await inTurn(tables);
      if (round > 0) ratios.push(after / before);
    }
    const what = `database CPU a row in batches of ${EVENTS}, ${name}, with the column and the indexes for reading, to without`;
    return { name: what, value: median(ratios), atMost: 1.25 };
  } finally {
    for (const table of tables) await table.close();
    for (const database of databases) await database.stop();
  }
}

/** Batch by batch, so that what else the machine does meets both. */
async function inTurn(tables: readonly Table[]): Promise<number[]> {
  const times = tables.map(() => 0);
  for (let batch = 0; batch < BATCHES; batch++) {
    const rows = Array.from({ length: EVENTS }, newRow);
    for (const [index, table] of tables.entries()) times[index] += await table.insert(rows);
  }
  return times;
}

let written = 0;
const present: number[] = [];

/** Some 200 users at a time, each for some 20 events. */
function nextUser(): number {
  const seat = Math.floor(Math.random() * 200);
  if (present[seat] === undefined || Math.random() < 1 / 20) present[seat] = Math.floor(Math.random() * 20_000);
  return present[seat];
}

/** The next event of a busy host with ten projects. */
function newRow(): EventRow {
  const createdAt = new Date(Date.UTC(2026, 0) + (written++ * 1_000) / EVENTS_A_SECOND).toISOString();
  const user = nextUser();
  const userProperties = { ...EVENT.userProperties, id: `user_${user}` };
  const projectId = `project_${user % 10}`;
  return toRow(newRecord({ ...EVENT, entityType: 'message', id: randomUUID(), createdAt, projectId, userProperties }));
}

async function postgresTable(url: string, columns: readonly string[]): Promise<Table> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const types = columns.map((column) =>
    /_at$/.test(column) ? 'timestamptz' : /properties$|^fields$/.test(column) ? 'json' : 'text',
  );
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`);
  const text = `INSERT INTO event_log_events (${columns.join()}) SELECT * FROM unnest(${arrays.join()}) ON CONFLICT (project_key, id) DO NOTHING RETURNING project_key, id`;
  return {
    insert: async (events) => {
      const before = cpuOf(rows[0].pid);
      await client.query({
        name: 'insert',
        text,
        values: columns.map((column) => events.map((row) => row[column as keyof EventRow])),
      });
      return (cpuOf(rows[0].pid) - before) / 1_000;
    },
    close: () => client.end(),
  };
}

async function sqliteTable(url: string, columns: readonly string[]): Promise<Table> {
  const database = new Database(url.slice('sqlite:'.length));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  const places = columns.map((column) => `@${column}`);
  const insert = database.prepare(`INSERT INTO event_log_events (${columns.join()}) VALUES (${places.join()})`);
  const insertAll = database.transaction((events: readonly EventRow[]) => events.forEach((row) => insert.run(row)));
  return {
    insert: async (events) => {
      const before = process.cpuUsage();
      insertAll.immediate(events);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    },
    close: async () => void database.close(),
  };
}

/** Events one by one, over HTTP: the same server on a table with the indexes for reading, to one with those of before. */
async function singleRatio({ rounds, seconds }: Plan): Promise<Ratio> {
  const databases = [await startPostgres(), await startPostgres()];
  const servers: Server[] = [];
  try {
    for (const database of databases) await migrate(database, eventLogMigrations.length);
    await undoIndexes(databases[0]);
    for (const { url } of databases) servers.push(await Server.start('event-log', { ADAPTER: 'fastify', DATABASE_URL: url }));
    for (const server of servers) await load(server, CONNECTIONS, seconds);
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const [before, after] = [await load(servers[0], CONNECTIONS, seconds), await load(servers[1], CONNECTIONS, seconds)];
      ratios.push(after.rate / before.rate);
    }
    const name = `requests/s of single events at ${CONNECTIONS} connections, PostgreSQL, with the indexes for reading, to without`;
    return { name, value: median(ratios), atLeast: 0.95 };
  } finally {
    for (const server of servers) await server.stop();
    for (const database of databases) await database.stop();
  }
}

async function undoIndexes({ url }: TestDatabase): Promise<void> {
  const source = await new DataSource(dataSourceOptions(url, { migrationsRun: false })).initialize();
  await new AddEventLogReadingIndexes1767744000000().down(source.createQueryRunner());
  await source.destroy();
}

async function migrate({ url }: TestDatabase, migrations: number): Promise<void> {
  const options = dataSourceOptions(url, { migrations: eventLogMigrations.slice(0, migrations) });
  await (await new DataSource(options).initialize()).destroy();
}

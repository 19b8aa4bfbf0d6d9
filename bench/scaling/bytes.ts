import { stat } from 'node:fs/promises';
import { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import {
  eventLogConsumerMigrations,
  eventLogDayMigrations,
  eventLogMigrations,
  TypeOrmEventRepository,
} from '../../lib/typeorm/index.js';
import { TypeOrmEventReader } from '../../lib/typeorm/reading/typeorm-event.reader.js';
import { dataSourceOptions, startMysql, startPostgres, startSqlite, type TestDatabase } from '../../test/utils/databases.js';
import { newRecord } from '../../test/utils/events.js';
import type { BenchedServer } from '../clickhouse/benched-server.js';
import { EVENT } from '../event.js';
import { figure, header, row } from '../figures.js';
import { backfill } from './backfill.js';

const EVENTS = 100_000;
const BATCH = 1_000;
const MIGRATIONS = [...eventLogMigrations, ...eventLogConsumerMigrations];

interface Store {
  readonly name: string;
  readonly start: () => Promise<TestDatabase>;
  readonly migrations?: typeof MIGRATIONS;
  readonly bytes: (source: DataSource) => Promise<number>;
}

const STORES: Store[] = [
  { name: 'SQLite', start: startSqlite, bytes: sqliteBytes },
  { name: 'PostgreSQL', start: startPostgres, bytes: postgresBytes },
  {
    name: 'PostgreSQL by days',
    start: startPostgres,
    migrations: [...MIGRATIONS, ...eventLogDayMigrations],
    bytes: postgresBytes,
  },
  ...(process.env.TEST_MYSQL_URL === undefined ? [] : [{ name: 'MariaDB', start: startMysql, bytes: mysqlBytes }]),
];

/** What an event of a chat takes in each store, with its indexes, and in a copy of one of them. */
export async function bytesByStore(clickHouse: ClickHouse, server: BenchedServer): Promise<void> {
  console.log(header(['store', 'bytes an event']));
  for (const { name, start, bytes, migrations = MIGRATIONS } of STORES) {
    const database = await start();
    const source = await new DataSource(dataSourceOptions(database.url, { migrations })).initialize();
    try {
      await fill(source);
      console.log(row([name, figure((await bytes(source)) / EVENTS)]));
      if (name === 'PostgreSQL')
        console.log(row(['its copy in ClickHouse', figure(await bytesOfCopy(source, clickHouse, server))]));
    } finally {
      await source.destroy();
      await database.stop();
    }
  }
}

/** As the module stores them, batch by batch. */
async function fill(source: DataSource): Promise<void> {
  const repository = new TypeOrmEventRepository(source);
  await repository.onModuleInit();
  for (let n = 0; n < EVENTS; n += BATCH) await repository.insert(Array.from({ length: BATCH }, (_, i) => eventOf(n + i)));
}

/** No two are alike: what repeats takes less space in ClickHouse than it does in practice. */
function eventOf(n: number) {
  const now = new Date().toISOString();
  return newRecord({
    ...EVENT,
    entityType: 'message',
    id: `evt_${uuidv7()}`,
    messageId: `msg_${uuidv7()}`,
    createdAt: now,
    receivedAt: now,
    properties: {
      ...EVENT.properties,
      conversationId: `conv_${uuidv7()}`,
      url: `https://docs.example.com/page/${(n * 37) % 500}`,
      durationMs: (n * 7_919) % 10_000,
    },
    userProperties: { ...EVENT.userProperties, id: `user_${(n * 31) % 20_000}` },
  });
}

async function bytesOfCopy(source: DataSource, clickHouse: ClickHouse, server: BenchedServer): Promise<number> {
  const reader = new TypeOrmEventReader(source);
  await backfill(source, reader, clickHouse, EVENTS, server);
  await reader.onApplicationShutdown();
  return (await clickHouseBytes(clickHouse)) / EVENTS;
}

async function sqliteBytes(source: DataSource): Promise<number> {
  await source.query('PRAGMA wal_checkpoint(TRUNCATE)');
  return (await stat(source.options.database as string)).size;
}

/** Of the table with its partitions and indexes. */
export async function postgresBytes(source: DataSource): Promise<number> {
  await source.query('VACUUM event_log_events');
  const [{ bytes }] = await source.query(
    `SELECT sum(pg_total_relation_size(oid)) AS bytes FROM pg_class WHERE oid = 'event_log_events'::regclass
     OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'event_log_events'::regclass)`,
  );
  return Number(bytes);
}

async function mysqlBytes(source: DataSource): Promise<number> {
  await source.query('ANALYZE TABLE event_log_events');
  const [{ bytes }] = await source.query(
    `SELECT data_length + index_length AS bytes FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_name = 'event_log_events'`,
  );
  return Number(bytes);
}

/** After its parts have been merged. */
export async function clickHouseBytes(clickHouse: ClickHouse): Promise<number> {
  const { database, eventParts } = clickHouse.schema;
  await clickHouse.change(`OPTIMIZE TABLE ${eventParts} FINAL`);
  const sql = `SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = {p1:String} AND table LIKE 'event_log_event%'`;
  const [{ bytes }] = await clickHouse.read({ sql, values: [database] });
  return Number(bytes);
}

// What a copy in ClickHouse costs, and how fast it answers: `npm run bench:clickhouse`, or with fewer events, `-- 100000`.
import { DataSource } from 'typeorm';
import { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { ClickHouseSettings } from '../../lib/clickhouse/clickhouse-settings.js';
import { eventLogConsumerMigrations, eventLogMigrations } from '../../lib/typeorm/index.js';
import { TypeOrmEventReader } from '../../lib/typeorm/reading/typeorm-event.reader.js';
import { dataSourceOptions, startPostgres } from '../../test/utils/databases.js';
import { cellsOf, header, type Ratio, row } from '../figures.js';
import { EVENTS, fillEvents } from '../reading/events.js';
import { asking } from './asking.js';
import { startClickHouse } from './benched-server.js';
import { besideWriters } from './beside-writers.js';
import { copying } from './copying.js';

const events = Number(process.argv[2] ?? EVENTS);
const MATERIALIZED = ['properties.page', 'properties.lang', 'properties.score'];

const server = await startClickHouse();
const postgres = await startPostgres();
const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations];
const source = await new DataSource(dataSourceOptions(postgres.url, { migrations })).initialize();
const open = (database: string) =>
  ClickHouse.open(new ClickHouseSettings({ url: server.url, database, materialize: MATERIALIZED }));
const [clickHouse, bare] = [await open('copied'), await open('by_hand')];

console.log(`${events.toLocaleString('en')} events\n`);
console.log(header(['', 'figure', 'bound', '']));
try {
  await fillEvents(source, events);
  print(await copying(source, clickHouse, bare, events, server));
  const reader = new TypeOrmEventReader(source);
  await reader.onModuleInit();
  print(await asking(reader, clickHouse));
  await reader.beforeApplicationShutdown();
  await reader.onApplicationShutdown();
  await source.query('TRUNCATE event_log_events, event_log_consumers');
  print(await besideWriters(postgres, server.url));
} finally {
  for (const one of [clickHouse, bare]) await one.onApplicationShutdown();
  await source.destroy();
  await postgres.stop();
  await server.stop();
}

function print(ratios: readonly Ratio[]): void {
  for (const ratio of ratios) console.log(row([ratio.name, ...cellsOf(ratio)]));
}

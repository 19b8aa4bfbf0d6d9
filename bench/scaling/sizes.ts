import type { EventReader, Keyset } from 'nestjs-event-log';
import { DataSource } from 'typeorm';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { ClickHouseEventReader } from '../../lib/clickhouse/reading/clickhouse-event.reader.js';
import { eventLogConsumerMigrations, eventLogMigrations } from '../../lib/typeorm/index.js';
import { TypeOrmEventReader } from '../../lib/typeorm/reading/typeorm-event.reader.js';
import { dataSourceOptions, startPostgres } from '../../test/utils/databases.js';
import type { BenchedServer } from '../clickhouse/benched-server.js';
import { figure, header, row } from '../figures.js';
import { fillEvents } from '../reading/events.js';
import { QUESTIONS } from '../reading/questions.js';
import { backfill } from './backfill.js';
import { clickHouseBytes, postgresBytes } from './bytes.js';

/** Of the bench of reading, by how they begin there. */
const ASKED = [
  'newest 50',
  'by day,',
  'by day and entity type',
  'top 20 of a path',
  'users a week',
  'different values at a path',
];
const ROUNDS = 3;
/** No question that is asked here begins on a page. */
const NO_KEYSET: Keyset = [];

/** What so many events weigh, what it takes to copy them to ClickHouse, and how fast both then answer about one of ten projects. */
export async function ofSize(events: number, clickHouse: ClickHouse, server: BenchedServer): Promise<void> {
  const database = await startPostgres();
  const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations];
  const source = await new DataSource(dataSourceOptions(database.url, { migrations })).initialize();
  try {
    await fillEvents(source, events);
    await measure(source, clickHouse, events, server);
  } finally {
    await source.destroy();
    await database.stop();
  }
}

/** The same of a log that is there already. */
export async function measure(source: DataSource, clickHouse: ClickHouse, events: number, server: BenchedServer): Promise<void> {
  const log = new TypeOrmEventReader(source);
  await log.onModuleInit();
  try {
    const filled = await backfill(source, log, clickHouse, events, server);
    console.log(
      `\n${events.toLocaleString('en')} events: copied ${filled.rate.toFixed(0)}/s, with ${figure(filled.cpu)} µs of CPU an event, ` +
        `${figure(filled.clickHouseCpu)} of ClickHouse's and ${figure(filled.postgresCpu)} of PostgreSQL's, and ` +
        `${figure(filled.memory / 1e6)} MB at most, of ClickHouse ${figure(filled.clickHouseMemory / 1e6)}; ` +
        `${figure((await postgresBytes(source)) / events)} bytes an event on PostgreSQL, ` +
        `${figure((await clickHouseBytes(clickHouse)) / events)} on ClickHouse\n`,
    );
    await ask(log, new ClickHouseEventReader(clickHouse));
  } finally {
    await log.beforeApplicationShutdown();
    await log.onApplicationShutdown();
  }
}

async function ask(log: EventReader, copy: EventReader): Promise<void> {
  console.log(header(['question', 'PostgreSQL, ms', 'ClickHouse, ms']));
  for (const name of ASKED) {
    const question = QUESTIONS.find((one) => one.name.startsWith(name))!;
    const times = [Infinity, Infinity];
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [index, reader] of [log, copy].entries()) {
        const start = performance.now();
        await question.ask(reader, NO_KEYSET);
        times[index] = Math.min(times[index], performance.now() - start);
      }
    }
    console.log(row([question.name.split(', to ')[0], ...times.map(figure)]));
  }
}

// Questions to a million events, beside the best statement that one would write by hand for each: `npm run bench:reading`.
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { TypeOrmEventReader } from '../../lib/typeorm/reading/typeorm-event.reader.js';
import { dataSourceOptions, startPostgres, startSqlite, type TestDatabase } from '../../test/utils/databases.js';
import { cellsOf, figure, header, type Ratio, row } from '../figures.js';
import { besideWriters } from './beside-writers.js';
import { fillEvents } from './events.js';
import { exporting } from './exporting.js';
import { overHttp } from './over-http.js';
import { PLAN } from './plan.js';
import { QUESTIONS } from './questions.js';

/** After so long the reader knows that every row has its user key. */
const FILLER_MS = 5_000;
/** In the middle of the 30 days. */
const MIDDLE = ['2026-06-16T00:00:00.000Z', `evt_${PLAN.events / 2}`];
const DOCUMENTS = ['properties', 'user_properties', 'fields'];

console.log(`${PLAN.events.toLocaleString('en')} events; the fastest of ${PLAN.rounds} interleaved rounds each, by the clock\n`);
console.log(header(['question', 'engine', 'by hand, ms', 'ratio', 'bound', '']));
if (PLAN.engines.includes('postgres')) await measure('postgres', await startPostgres());
if (PLAN.engines.includes('sqlite')) await measure('sqlite', await startSqlite());

async function measure(engine: 'postgres' | 'sqlite', database: TestDatabase): Promise<void> {
  const source = await new DataSource(dataSourceOptions(database.url)).initialize();
  try {
    await fillEvents(source, PLAN.events);
    const reader = new TypeOrmEventReader(source);
    await reader.onModuleInit();
    await delay(FILLER_MS);
    const byHand = async (sql: string) =>
      withDocuments(await source.query<Row[]>(sql, /\$1|\?/.test(sql) ? handValues(engine) : []));
    for (const question of QUESTIONS) {
      const times = { ours: [] as number[], hand: [] as number[] };
      for (let round = 0; round <= PLAN.rounds; round++) {
        times.hand.push(await timeOf(() => byHand(question.byHand[engine])));
        times.ours.push(await timeOf(() => question.ask(reader, MIDDLE)));
      }
      print(question.name, engine, Math.min(...times.ours), Math.min(...times.hand), question.atMost);
    }
    await reader.beforeApplicationShutdown();
    await reader.onApplicationShutdown();
    for (const ratio of await overHttp(engine, database)) printRatio(ratio);
    for (const ratio of await exporting(engine, database)) printRatio(ratio);
    for (const ratio of await besideWriters(engine, database)) printRatio(ratio);
  } finally {
    await source.destroy();
    await database.stop();
  }
}

function handValues(engine: 'postgres' | 'sqlite'): string[] {
  return engine === 'postgres' ? MIDDLE : [MIDDLE[0].replace('T', ' ').replace('Z', ''), MIDDLE[1]];
}

type Row = Record<string, unknown>;

/** Of SQLite, JSON comes as text, which its reader has to parse; pg does that itself. */
function withDocuments(rows: Row[]): Row[] {
  for (const row of rows) {
    for (const name of DOCUMENTS) if (typeof row[name] === 'string') row[name] = JSON.parse(row[name]);
  }
  return rows;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function print(name: string, engine: string, ours: number, hand: number, atMost: number): void {
  console.log(row([name, engine, figure(hand), ...cellsOf({ name, value: ours / hand, atMost })]));
}

function printRatio(ratio: Ratio): void {
  console.log(row([ratio.name, '', '', ...cellsOf(ratio)]));
}

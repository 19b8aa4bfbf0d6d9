import { startMysql, startPostgres, startSqlite, type TestDatabase } from '../utils/databases.js';
import { BATCH_SIZE, Stage } from './consumer-stage.js';

const TIMEOUT_MS = 180_000;

export type Play = (stage: Stage) => Promise<void>;

const engines: [string, () => Promise<TestDatabase>][] = [
  ['SQLite', startSqlite],
  ['PostgreSQL', startPostgres],
];
if (process.env.TEST_MYSQL_URL) engines.push(['MariaDB', startMysql]);
else console.warn('Skipped: consumers on MySQL or MariaDB, as TEST_MYSQL_URL is not set');

/** A test. It stands next to others: most of its time it waits until a lease has run out. */
export function on(title: string, start: () => Promise<TestDatabase>, play: Play): void {
  it.concurrent(title, () => Stage.set(start, play), TIMEOUT_MS);
}

/** The same on each engine. */
export function onEach(title: string, play: Play): void {
  for (const [name, start] of engines) on(`${title}, on ${name}`, start, play);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

/** Nothing was lost, all was in order, and what was in hand of one instance is all that was handled again by another. */
export function expectNoFaults(stage: Stage, what: string, consumer = 'a'): void {
  const { lost, outOfOrder, repeats } = stage.judge(consumer);
  console.log(`${what}: ${stage.acknowledged.length} events, repeats ${repeats.join(', ')}`);
  expect({ lost, outOfOrder }).toEqual({ lost: [], outOfOrder: 0 });
  expect(Math.max(...repeats)).toBeLessThanOrEqual(BATCH_SIZE);
}

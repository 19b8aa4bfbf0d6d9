import type { QueryRunner } from 'typeorm';
import { nameBeside } from '../../engines/feed-names.js';
import { BEFORE, DAY_COLUMN, dayAfter, dayText, OTHERS, TODAY } from '../../engines/postgres/by-days/day-column.js';
import { EVENTS, qualifiedName, tableName } from '../../engines/table-name.js';
import { createIndex } from '../create-index.js';
import { copyGrants } from './copy-grants.js';
import { isKeptByDays } from './is-kept-by-days.js';
import { refuseDistributed } from './refuse-distributed.js';
import { refuseWhatWouldBeLost } from './refuse-what-would-be-lost.js';

const UNIQUE = '_by_day';
const CHECK = 'event_log_before_days';

/**
 * Puts a table that has partitions by day in the place of the table of events, which becomes the partition of all that came before.
 * No row is written again. What takes long comes first: outside of a transaction, it is done beside writers.
 */
export async function partitionByDay(runner: QueryRunner): Promise<void> {
  const table = qualifiedName(runner.connection);
  if (await isKeptByDays(runner, table)) return;
  await refuseDistributed(runner, table);
  await refuseWhatWouldBeLost(runner, table);
  const lastDay = await addDay(runner, table);
  await createIndex(runner, UNIQUE, `project_key, id, ${DAY_COLUMN}`, undefined, EVENTS, 'UNIQUE INDEX');
  if (!runner.isTransactionActive) await checkRows(runner, table, lastDay);
  await inTransaction(runner, () => changeTable(runner, table, lastDay));
}

/** The rows that are there get one day in common, which is not written into them. Resolves to that day. */
async function addDay(runner: QueryRunner, table: string): Promise<string> {
  const [{ today }] = await runner.query(`SELECT ${dayText(TODAY)} AS today`);
  await runner.query(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${DAY_COLUMN} date NOT NULL DEFAULT '${today}'`);
  const [{ day }] = await runner.query(
    `SELECT ${dayText(`substring(pg_get_expr(adbin, adrelid) FROM '''([^'']+)''')::date`)} AS day FROM pg_attrdef
     JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum WHERE adrelid = $1::regclass AND attname = '${DAY_COLUMN}'`,
    [table],
  );
  return day;
}

/** Where it is known of all rows that they are of before, none is looked at while the table is locked. */
async function checkRows(runner: QueryRunner, table: string, lastDay: string): Promise<void> {
  await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${CHECK}`);
  await runner.query(`ALTER TABLE ${table} ADD CONSTRAINT ${CHECK} CHECK (${DAY_COLUMN} < '${dayAfter(lastDay)}') NOT VALID`);
  await runner.query(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${CHECK}`);
}

async function changeTable(runner: QueryRunner, table: string, lastDay: string): Promise<void> {
  const { connection } = runner;
  const [before, others] = [nameBeside(connection, BEFORE), nameBeside(connection, OTHERS)];
  await runner.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  const indexes = await indexesOf(runner, table);
  const key = await moveAside(runner, table, indexes);
  await runner.query(`CREATE TABLE ${table} (LIKE ${before} INCLUDING ALL EXCLUDING INDEXES) PARTITION BY RANGE (${DAY_COLUMN})`);
  await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${CHECK}`);
  await runner.query(`ALTER TABLE ${table} ALTER COLUMN ${DAY_COLUMN} SET DEFAULT ${TODAY}`);
  await runner.query(`ALTER TABLE ${table} ADD CONSTRAINT ${key} PRIMARY KEY (project_key, id, ${DAY_COLUMN})`);
  for (const { definition } of indexes) await runner.query(definition);
  // Those of the partition are found to be the same, and taken.
  await runner.query(`ALTER TABLE ${table} ATTACH PARTITION ${before} FOR VALUES FROM (MINVALUE) TO ('${dayAfter(lastDay)}')`);
  await runner.query(`ALTER TABLE ${before} DROP CONSTRAINT IF EXISTS ${CHECK}`);
  await runner.query(`CREATE TABLE ${others} PARTITION OF ${table} DEFAULT`);
  // Else it would go with the first partition.
  await runner.query(`ALTER SEQUENCE ${nameBeside(connection, '_feed_number')} OWNED BY ${table}.feed_number`);
  await copyGrants(runner, before, table);
  const found: unknown[] = await runner.query(`SELECT 1 FROM ${before} LIMIT 1`);
  if (found.length === 0) await runner.query(`DROP TABLE ${before}`);
}

async function inTransaction(runner: QueryRunner, work: () => Promise<void>): Promise<void> {
  if (runner.isTransactionActive) return work();
  await runner.startTransaction();
  try {
    await work();
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction().catch(() => undefined); // The first error tells more.
    throw error;
  }
}

interface Index {
  readonly schema: string;
  readonly name: string;
  readonly definition: string;
}

/** All but those of the key. */
function indexesOf(runner: QueryRunner, table: string): Promise<Index[]> {
  return runner.query(
    `SELECT quote_ident(nspname) AS schema, relname AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
     JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE indrelid = $1::regclass AND NOT indisprimary AND relname <> $2`,
    [table, nameOf(runner, UNIQUE)],
  );
}

/** Gives the table and its indexes other names, and the key its day. Resolves to the name that the key had, as SQL. */
async function moveAside(runner: QueryRunner, table: string, indexes: readonly Index[]): Promise<string> {
  const { driver } = runner.connection;
  const [{ key }] = await runner.query(
    `SELECT conname AS key FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'p'`,
    [table],
  );
  await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${driver.escape(key)}`);
  await runner.query(
    `ALTER TABLE ${table} ADD CONSTRAINT ${driver.escape(`${key}_before`)} PRIMARY KEY USING INDEX ${driver.escape(nameOf(runner, UNIQUE))}`,
  );
  for (const { schema, name } of indexes) {
    await runner.query(`ALTER INDEX ${schema}.${driver.escape(name)} RENAME TO ${driver.escape(`${name}_before`)}`);
  }
  await runner.query(`ALTER TABLE ${table} RENAME TO ${driver.escape(nameOf(runner, BEFORE))}`);
  return driver.escape(key);
}

/** Not as SQL. */
function nameOf(runner: QueryRunner, suffix: string): string {
  return `${tableName(runner.connection)}${suffix}`;
}

import type { QueryRunner } from 'typeorm';
import { nameBeside } from '../../engines/feed-names.js';
import { BEFORE, DAY_COLUMN, dayAfter, dayText, OTHERS, TODAY } from '../../engines/postgres/by-days/day-column.js';
import { qualifiedName, tableName } from '../../engines/table-name.js';
import { copyGrants } from './copy-grants.js';
import { refuseWhatWouldBeLost } from './refuse-what-would-be-lost.js';

/** What may be made before, so that no writer waits while the table is read for it. */
const UNIQUE = '_by_day';
const CHECK = 'event_log_before_days';

/**
 * Puts a table that has partitions by day in the place of the table of events, which becomes the partition of all that came before.
 * No row is written again.
 */
export async function partitionByDay(runner: QueryRunner): Promise<void> {
  const { connection } = runner;
  const [table, before, others] = [qualifiedName(connection), nameBeside(connection, BEFORE), nameBeside(connection, OTHERS)];
  if (await isPartitioned(runner, table)) return;
  await runner.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  await refuseWhatWouldBeLost(runner, table);
  const lastDay = await addDay(runner, table);
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

async function isPartitioned(runner: QueryRunner, table: string): Promise<boolean> {
  const rows: unknown[] = await runner.query('SELECT 1 FROM pg_partitioned_table WHERE partrelid = $1::regclass', [table]);
  return rows.length > 0;
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
  const unique = runner.connection.driver.escape(nameOf(runner, UNIQUE));
  await runner.query(`CREATE UNIQUE INDEX IF NOT EXISTS ${unique} ON ${table} (project_key, id, ${DAY_COLUMN})`);
  return day;
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

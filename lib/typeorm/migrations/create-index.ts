import type { QueryRunner } from 'typeorm';
import { isPartitioned } from './by-days/is-partitioned.js';
import { EVENTS, type NamedTable, qualifiedName, tableName } from '../engines/table-name.js';

/** How long an index that is made beside writers waits for a transaction that was there before. */
const CONCURRENT_LOCK_MINUTES = 10;

/**
 * Makes an index, of the events unless of another table, named after it and `suffix`, unless it is there; MySQL has none of some rows
 * only. Outside of a transaction, PostgreSQL makes it while others write.
 */
export async function createIndex(
  runner: QueryRunner,
  suffix: string,
  columns: string,
  where?: string,
  table = EVENTS,
  kind: 'INDEX' | 'UNIQUE INDEX' = 'INDEX',
): Promise<void> {
  const { connection } = runner;
  // MySQL, unlike MariaDB, has no IF NOT EXISTS for an index.
  if (isMysql(runner) && (await hasMysqlIndex(runner, suffix, table))) return;
  const condition = isMysql(runner) ? '' : 'IF NOT EXISTS';
  const name = connection.driver.escape(indexName(runner, suffix, table));
  const rows = where === undefined ? '' : ` WHERE ${where}`;
  const create = (how: string) =>
    runner.query(`CREATE ${kind} ${how} ${condition} ${name} ON ${qualifiedName(connection, table)} (${columns})${rows}`);
  if (connection.options.type !== 'postgres') return void (await create(''));
  await dropInvalid(runner, indexName(runner, suffix, table));
  if (runner.isTransactionActive || !(await hasRows(runner, table))) return void (await create(''));
  if (await isPartitioned(runner, table)) return void (await create('')); // PostgreSQL can't do it beside writers there
  await besideWriters(runner, () => create('CONCURRENTLY'));
}

/** Takes an index away, where it is there. */
export async function dropIndex(runner: QueryRunner, suffix: string): Promise<void> {
  const { driver, options } = runner.connection;
  const name = driver.escape(indexName(runner, suffix));
  if (isMysql(runner)) {
    if (!(await hasMysqlIndex(runner, suffix))) return;
    await runner.query(`DROP INDEX ${name} ON ${qualifiedName(runner.connection)}`);
    return;
  }
  const { schema } = options as { schema?: string };
  // PostgreSQL looks for an index by its schema, and makes it in that of its table.
  await runner.query(`DROP INDEX IF EXISTS ${options.type === 'postgres' && schema ? `${driver.escape(schema)}.${name}` : name}`);
}

/** An index that was cut short would else be taken for one that is there, and is of no use to queries. */
async function dropInvalid(runner: QueryRunner, index: string): Promise<void> {
  const { driver, options } = runner.connection;
  const { schema } = options as { schema?: string };
  const name = schema ? `${driver.escape(schema)}.${driver.escape(index)}` : driver.escape(index);
  const invalid: unknown[] = await runner.query('SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid', [
    name,
  ]);
  if (invalid.length > 0) await runner.query(`DROP INDEX IF EXISTS ${name}`);
}

/** Of an empty table, an index is made at once, where CONCURRENTLY would wait for all that others have begun. */
async function hasRows(runner: QueryRunner, table: NamedTable): Promise<boolean> {
  return ((await runner.query(`SELECT 1 FROM ${qualifiedName(runner.connection, table)} LIMIT 1`)) as unknown[]).length > 0;
}

/** It waits for transactions of others, and nobody waits for it: so it may for longer than a migration that holds up writers. */
async function besideWriters(runner: QueryRunner, create: () => Promise<unknown>): Promise<void> {
  const [{ lock_timeout: before }] = (await runner.query('SHOW lock_timeout')) as { lock_timeout: string }[];
  await runner.query(`SET lock_timeout = '${CONCURRENT_LOCK_MINUTES}min'`);
  await create();
  await runner.query(`SET lock_timeout = '${before}'`);
}

function indexName({ connection }: QueryRunner, suffix: string, table = EVENTS): string {
  return `${tableName(connection, table)}${suffix}`;
}

function isMysql({ connection }: QueryRunner): boolean {
  return /^(?:mysql|mariadb)$/.test(connection.options.type);
}

async function hasMysqlIndex(runner: QueryRunner, suffix: string, table = EVENTS): Promise<boolean> {
  const rows: unknown[] = await runner.query(
    'SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ?',
    [tableName(runner.connection, table), indexName(runner, suffix, table)],
  );
  return rows.length > 0;
}

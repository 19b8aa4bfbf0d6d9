import type { QueryRunner } from 'typeorm';
import { EVENTS, qualifiedName, tableName } from '../engines/table-name.js';

/** Makes an index, of the events unless of another table, named after it and `suffix`, unless it is there; MySQL has none of some rows only. */
export async function createIndex(
  runner: QueryRunner,
  suffix: string,
  columns: string,
  where?: string,
  table = EVENTS,
): Promise<void> {
  const { connection } = runner;
  // MySQL, unlike MariaDB, has no IF NOT EXISTS for an index.
  if (isMysql(runner) && (await hasMysqlIndex(runner, suffix, table))) return;
  const condition = isMysql(runner) ? '' : 'IF NOT EXISTS';
  const name = connection.driver.escape(indexName(runner, suffix, table));
  const rows = where === undefined ? '' : ` WHERE ${where}`;
  await runner.query(`CREATE INDEX ${condition} ${name} ON ${qualifiedName(connection, table)} (${columns})${rows}`);
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

import type { QueryRunner } from 'typeorm';
import { EVENTS, type NamedTable, qualifiedName, tableName } from '../engines/table-name.js';

/** Adds a column to a table, unless it is there. No engine rewrites rows for one that may be null. */
export async function addColumn(runner: QueryRunner, column: string, type: string, table = EVENTS): Promise<void> {
  // SQLite must not read first: what another process writes in between would fail the write.
  if (runner.connection.options.type !== 'better-sqlite3' && (await hasColumn(runner, column, table))) return;
  try {
    await runner.query(`ALTER TABLE ${qualifiedName(runner.connection, table)} ADD COLUMN ${column} ${type}`);
  } catch (error) {
    if (!(await hasColumn(runner, column, table).catch(() => false))) throw error;
  }
}

/** Takes a column away, where it is there. */
export async function dropColumn(runner: QueryRunner, column: string, table = EVENTS): Promise<void> {
  if (!(await hasColumn(runner, column, table))) return;
  await runner.query(`ALTER TABLE ${qualifiedName(runner.connection, table)} DROP COLUMN ${column}`);
}

async function hasColumn(runner: QueryRunner, column: string, table: NamedTable): Promise<boolean> {
  const { sql, values } = lookUp(runner, column, table);
  return ((await runner.query(sql, values)) as unknown[]).length > 0;
}

function lookUp({ connection }: QueryRunner, column: string, table: NamedTable): { sql: string; values: string[] } {
  switch (connection.options.type) {
    case 'postgres':
      return {
        sql: 'SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped',
        values: [qualifiedName(connection, table), column],
      };
    case 'mysql':
    case 'mariadb':
      return {
        sql: 'SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?',
        values: [tableName(connection, table), column],
      };
    default:
      return { sql: 'SELECT 1 FROM pragma_table_info(?) WHERE name = ?', values: [tableName(connection, table), column] };
  }
}

import type { QueryRunner } from 'typeorm';
import { qualifiedName, tableName } from '../engines/table-name.js';

/** Adds a column to the events, unless it is there. No engine rewrites rows for one that may be null. */
export async function addColumn(runner: QueryRunner, column: string, type: string): Promise<void> {
  // SQLite must not read first: what another process writes in between would fail the write.
  if (runner.connection.options.type !== 'better-sqlite3' && (await hasColumn(runner, column))) return;
  try {
    await runner.query(`ALTER TABLE ${qualifiedName(runner.connection)} ADD COLUMN ${column} ${type}`);
  } catch (error) {
    if (!(await hasColumn(runner, column).catch(() => false))) throw error;
  }
}

export async function hasColumn(runner: QueryRunner, column: string): Promise<boolean> {
  const { sql, values } = lookUp(runner, column);
  return ((await runner.query(sql, values)) as unknown[]).length > 0;
}

function lookUp({ connection }: QueryRunner, column: string): { sql: string; values: string[] } {
  switch (connection.options.type) {
    case 'postgres':
      return {
        sql: 'SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped',
        values: [qualifiedName(connection), column],
      };
    case 'mysql':
    case 'mariadb':
      return {
        sql: 'SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?',
        values: [tableName(connection), column],
      };
    default:
      return { sql: 'SELECT 1 FROM pragma_table_info(?) WHERE name = ?', values: [tableName(connection), column] };
  }
}

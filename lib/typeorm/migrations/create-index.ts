import type { QueryRunner } from 'typeorm';
import { qualifiedName, tableName } from '../engines/table-name.js';

/** Makes an index of the events, named after the table and `suffix`, unless it is there. */
export async function createIndex(runner: QueryRunner, suffix: string, columns: string): Promise<void> {
  const { connection } = runner;
  const name = `${tableName(connection)}${suffix}`;
  const isMysql = /^(?:mysql|mariadb)$/.test(connection.options.type);
  // MySQL, unlike MariaDB, has no IF NOT EXISTS for an index.
  if (isMysql && (await hasMysqlIndex(runner, name))) return;
  const condition = isMysql ? '' : 'IF NOT EXISTS';
  await runner.query(`CREATE INDEX ${condition} ${connection.driver.escape(name)} ON ${qualifiedName(connection)} (${columns})`);
}

async function hasMysqlIndex(runner: QueryRunner, name: string): Promise<boolean> {
  const rows: unknown[] = await runner.query(
    'SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ?',
    [tableName(runner.connection), name],
  );
  return rows.length > 0;
}

import type { QueryRunner } from 'typeorm';
import { EVENTS, type NamedTable, qualifiedName } from '../../engines/table-name.js';

/** Whether PostgreSQL keeps a table in partitions. */
export async function isPartitioned(runner: QueryRunner, table: NamedTable = EVENTS): Promise<boolean> {
  const sql = 'SELECT 1 FROM pg_partitioned_table WHERE partrelid = to_regclass($1)';
  const rows: unknown[] = await runner.query(sql, [qualifiedName(runner.connection, table)]);
  return rows.length > 0;
}

import type { QueryRunner } from 'typeorm';
import { MigrationRefusal } from '../migration-refusal.js';

/** Refuses a table that Citus distributes: the locks that keep an id from being stored on two days are those of one server. */
export async function refuseDistributed(runner: QueryRunner, table: string): Promise<void> {
  const [{ has_citus }] = await runner.query(`SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL AS has_citus`);
  if (!has_citus) return;
  const found: unknown[] = await runner.query('SELECT 1 FROM pg_catalog.pg_dist_partition WHERE logicalrelid = $1::regclass', [
    table,
  ]);
  if (found.length === 0) return;
  throw new MigrationRefusal(
    `Expected ${table} to lie on one server when it is to be kept by days, got one that Citus distributes: go on without days.`,
  );
}

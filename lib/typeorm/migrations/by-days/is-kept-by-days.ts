import type { QueryRunner } from 'typeorm';
import { nameBeside } from '../../engines/feed-names.js';
import { isByDays, OTHERS } from '../../engines/postgres/by-days/day-column.js';
import { MigrationRefusal } from '../migration-refusal.js';

/** Whether a table is kept by days already. Refuses one that has partitions of the host's own. */
export async function isKeptByDays(runner: QueryRunner, table: string): Promise<boolean> {
  const found: { key: string; is_ours: boolean | null }[] = await runner.query(
    `SELECT pg_get_partkeydef(partrelid) AS key, ${isByDays('$1::regclass')} AND partdefid = to_regclass($2) AS is_ours
     FROM pg_partitioned_table WHERE partrelid = $1::regclass`,
    [table, nameBeside(runner.connection, OTHERS)],
  );
  if (found.length === 0) return false;
  const [{ key, is_ours }] = found;
  if (is_ours) return true;
  throw new MigrationRefusal(
    `Expected ${table} to have no partitions of the host's own when it is to be kept by days, got PARTITION BY ${key}: go on without days, or first move its rows into a table without partitions that takes its name.`,
  );
}

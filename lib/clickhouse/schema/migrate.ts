import type { ClickHouse } from '../clickhouse.js';
import { clickHouseCode } from '../clickhouse-error.js';
import { CLICKHOUSE_MIGRATIONS, migrationsTable } from './migrations.js';

/** Of ClickHouse: there is no such table, or not even its database. */
const NOTHING_YET = ['60', '81'];

/**
 * Brings the tables up to this version. May run again from the middle; of several processes, one
 * at a time should. Resolves to the names of the migrations that have run now.
 */
export async function migrate(clickHouse: ClickHouse): Promise<string[]> {
  const { schema } = clickHouse;
  const version = await versionOf(clickHouse);
  const missing = CLICKHOUSE_MIGRATIONS.filter((migration) => migration.version > version);
  // What has run is not asked for again: on a cluster, a statement for all servers waits for those that are down.
  if (missing.length === 0) return [];
  await clickHouse.change(`CREATE DATABASE IF NOT EXISTS ${schema.database}${schema.onCluster}`);
  await clickHouse.change(migrationsTable(schema));
  for (const { version, name, statements } of missing) {
    for (const statement of statements(schema)) await clickHouse.change(statement);
    await clickHouse.insert(schema.migrations, [{ version, name }], `migration ${version}`);
  }
  return missing.map(({ name }) => name);
}

/** The number of the last migration that has run; 0 where none has. */
export async function versionOf(clickHouse: ClickHouse): Promise<number> {
  const sql = `SELECT coalesce(max(version), 0) AS version FROM ${clickHouse.schema.migrations}`;
  try {
    const [{ version }] = await clickHouse.read({ sql, values: [] });
    return Number(version);
  } catch (error) {
    if (NOTHING_YET.includes(clickHouseCode(error))) return 0;
    throw error;
  }
}

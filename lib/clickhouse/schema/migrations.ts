import { engineClause, insertSettings } from './engine-clause.js';
import type { Schema } from './schema.js';

/** A step from one version of the schema to the next. Each statement may run again, as ClickHouse has no transactions for them. */
export interface ClickHouseMigration {
  readonly version: number;
  readonly name: string;
  statements(schema: Schema): readonly string[];
}

/** In the order in which they run. What has been released stays as it is. */
export const CLICKHOUSE_MIGRATIONS: readonly ClickHouseMigration[] = [
  { version: 1, name: 'events and progress', statements: (schema) => [...eventTables(schema), progressTable(schema)] },
];

/** Not in the list: it is asked for what has run. */
export function migrationsTable(schema: Schema): string {
  const { migrations, onCluster } = schema;
  const engine = engineClause(schema, migrations, 'everywhere');
  return `CREATE TABLE IF NOT EXISTS ${migrations}${onCluster} (version UInt32, name String) ENGINE = ${engine} ORDER BY version`;
}

// A day of receipt is a partition: by their own times, events of one insert could be of too many days.
function eventTables(schema: Schema): readonly string[] {
  const { cluster, events, eventParts, onCluster } = schema;
  const parts =
    `CREATE TABLE IF NOT EXISTS ${eventParts}${onCluster} (` +
    'project_key LowCardinality(String), ' +
    'id String, ' +
    'entity_type LowCardinality(String), ' +
    'type LowCardinality(String), ' +
    'message_id Nullable(String) CODEC(ZSTD(1)), ' +
    'conversation_id Nullable(String) CODEC(ZSTD(1)), ' +
    'search_query Nullable(String) CODEC(ZSTD(1)), ' +
    // Milliseconds since 1970: the times of ClickHouse end in 2299, and those of events in 9999.
    'created_at Int64 CODEC(Delta, ZSTD(1)), ' +
    'project_id LowCardinality(Nullable(String)), ' +
    'integration_id LowCardinality(Nullable(String)), ' +
    // As text: the type JSON changes documents, and refuses some.
    'properties String CODEC(ZSTD(1)), ' +
    'user_properties String CODEC(ZSTD(1)), ' +
    'fields String CODEC(ZSTD(1)), ' +
    'user_key String CODEC(ZSTD(1)), ' +
    'received_at Int64 CODEC(Delta, ZSTD(1)), ' +
    'INDEX by_id id TYPE bloom_filter(0.001) GRANULARITY 1, ' +
    'INDEX by_id_digest lower(hex(SHA256(id))) TYPE bloom_filter(0.001) GRANULARITY 1, ' +
    'INDEX by_created_at created_at TYPE minmax GRANULARITY 1' +
    `) ENGINE = ${engineClause(schema, eventParts, 'by shard')} ` +
    "PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(received_at, 'UTC')) " +
    'ORDER BY (project_key, created_at, id) ' +
    `SETTINGS ${insertSettings(schema)}`;
  if (cluster === undefined) return [parts];
  const name = eventParts.slice(schema.database.length + 1);
  const all =
    `CREATE TABLE IF NOT EXISTS ${events}${onCluster} AS ${eventParts} ` +
    `ENGINE = Distributed('${cluster}', ${schema.database}, ${name}, cityHash64(project_key, id))`;
  return [parts, all];
}

// The last thousand rows stay.
function progressTable(schema: Schema): string {
  const { onCluster, progress } = schema;
  return (
    `CREATE TABLE IF NOT EXISTS ${progress}${onCluster} (` +
    'number UInt64, term UInt64, after String, until String, events UInt32, as_of Int64, written_at Int64' +
    `) ENGINE = ${engineClause(schema, progress, 'everywhere', 'number')} ORDER BY (number % 1000, term) ` +
    `SETTINGS ${insertSettings(schema)}`
  );
}

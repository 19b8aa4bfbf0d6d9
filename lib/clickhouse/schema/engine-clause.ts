import type { Schema } from './schema.js';

/** Where the replicas of a table find each other: those of one shard, or all of them. */
type Spread = 'by shard' | 'everywhere';

/**
 * The engine of a table whose rows with the same sorting key become one; of several, the one with the highest `version`, else the
 * last.
 */
export function engineClause({ cluster, database }: Schema, table: string, spread: Spread, version = ''): string {
  if (cluster === undefined) return `ReplacingMergeTree(${version})`;
  const [name] = table.split('.').slice(-1);
  const path =
    spread === 'by shard' ? `/clickhouse/tables/{shard}/${database}/${name}` : `/clickhouse/tables/${database}/${name}`;
  const replica = spread === 'by shard' ? '{replica}' : '{shard}-{replica}';
  return `ReplicatedReplacingMergeTree('${path}', '${replica}'${version && `, ${version}`})`;
}

/** So that an insert that is sent again is known, and one that was answered is on the disk. */
export function insertSettings({ cluster }: Schema): string {
  const window =
    cluster === undefined ? 'non_replicated_deduplication_window = 10000' : 'replicated_deduplication_window = 10000';
  return `${window}, fsync_after_insert = 1, fsync_part_directory = 1`;
}

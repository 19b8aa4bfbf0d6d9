import type { ClickHouseSettings } from '../clickhouse-settings.js';

/** What statements about the tables of the copy are made from. All names have been checked, so they stand in them as they are. */
export interface Schema {
  readonly database: string;
  readonly cluster: string | undefined;
  /** What is read, and inserted into: of a cluster, all of its shards. */
  readonly events: string;
  /** What holds the rows: of a cluster, those of one shard. */
  readonly eventParts: string;
  /** Up to where events were copied. */
  readonly progress: string;
  /** Which migrations have run. */
  readonly migrations: string;
  /** ` ON CLUSTER …`, or nothing. */
  readonly onCluster: string;
}

export function schemaOf({ database, cluster }: ClickHouseSettings): Schema {
  const table = (name: string) => `${database}.event_log_${name}`;
  return {
    database,
    cluster,
    events: table('events'),
    eventParts: table(cluster === undefined ? 'events' : 'event_parts'),
    progress: table('progress'),
    migrations: table('migrations'),
    onCluster: cluster === undefined ? '' : ` ON CLUSTER '${cluster}'`,
  };
}

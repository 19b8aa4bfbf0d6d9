import type { DataSource, DataSourceOptions } from 'typeorm';
import { unusable, withDataSource } from './database.js';
import { EXIT, Failure } from './failure.js';

const TIMEOUT_MS = 10_000;

/** What is to be done, and with how much. */
export interface DistributionPlan {
  /** How many nodes take shards. */
  readonly nodes: number;
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly bytes: number }[];
  /** What other programs have open: an instance that runs on would go on as if the table lay on one server. */
  readonly otherConnections: number;
  /** None: all is done. */
  readonly steps: readonly { readonly sql: string }[];
}

/** Distributes the tables of a database. */
export interface Citus {
  plan(): Promise<DistributionPlan>;
  run(plan: DistributionPlan): Promise<void>;
}

/** Does something with a database of Citus, through the TypeORM and the driver of the host. */
export function withCitus<T>(options: DataSourceOptions, work: (citus: Citus) => Promise<T>): Promise<T> {
  if (options.type !== 'postgres') {
    throw new Failure(EXIT.usage, `Citus is an extension of PostgreSQL: expected a database of PostgreSQL, got ${options.type}.`);
  }
  return withDataSource(options, (dataSource) =>
    work({ plan: () => planOf(dataSource), run: (plan) => runSteps(dataSource, plan) }),
  );
}

async function planOf(dataSource: DataSource): Promise<DistributionPlan> {
  const { EVENTS, qualifiedName } = await import('../typeorm/engines/table-name.js');
  const { API_KEYS_TABLE } = await import('../typeorm/keys/api-key-table.js');
  const { DISTRIBUTED_BY } = await import('../typeorm/engines/postgres/distribution.js');
  const { literal } = await import('../typeorm/engines/postgres/literal.js');
  const [events, keys] = [EVENTS, API_KEYS_TABLE].map((table) => literal(qualifiedName(dataSource, table)));
  const { areEventsKept, areKeysKept } = await stateOf(dataSource);
  const [nodes] = await ask<{ count: number }>(
    dataSource,
    "SELECT count(*)::int AS count FROM pg_catalog.pg_dist_node WHERE isactive AND shouldhaveshards AND noderole = 'primary'",
  );
  if (nodes.count === 0) {
    throw new Failure(EXIT.failed, 'No node takes shards: name the workers to the coordinator with citus_add_node() first.');
  }
  const [others] = await ask<{ count: number }>(
    dataSource,
    'SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ' +
      "AND backend_type = 'client backend' AND application_name NOT LIKE 'citus%'",
  );
  const steps = [
    ...(areKeysKept ? [] : [`SELECT create_reference_table(${keys})`]),
    ...(areEventsKept ? [] : [`SELECT create_distributed_table(${events}, '${DISTRIBUTED_BY}')`]),
    // What is left of them on the coordinator would be seen by nobody, and so by no erasure.
    ...(areEventsKept ? [] : [`SELECT truncate_local_data_after_distributing_table(${events})`]),
  ];
  return {
    nodes: nodes.count,
    tables: [await sizeOf(dataSource, events), await sizeOf(dataSource, keys)],
    otherConnections: others.count,
    steps: steps.map((sql) => ({ sql })),
  };
}

async function stateOf(dataSource: DataSource): Promise<Record<'areEventsKept' | 'areKeysKept', boolean>> {
  const { postgresDatabaseOf } = await import('../typeorm/engines/database-of.js');
  const { distributionOf, isOfCitus, shapeOf } = await import('../typeorm/engines/postgres/distribution.js');
  const { EVENTS } = await import('../typeorm/engines/table-name.js');
  const { API_KEYS_TABLE, openApiKeyTable } = await import('../typeorm/keys/api-key-table.js');
  const { openEventTable } = await import('../typeorm/reading/typeorm-event.reader.js');
  const [database, deadline] = [postgresDatabaseOf(dataSource), performance.now() + TIMEOUT_MS];
  const keys = await shapeOf(API_KEYS_TABLE, dataSource, database, deadline);
  if (keys === undefined) {
    const fix = 'CREATE EXTENSION citus on each node, and name the workers to the coordinator with citus_add_node()';
    throw new Failure(EXIT.unavailable, `The database has no extension citus: ${fix}.`);
  }
  const distribution = await distributionOf(dataSource, database, deadline).catch(unusable);
  await openEventTable(dataSource).catch(unusable);
  if ((await shapeOf(EVENTS, dataSource, database, deadline))?.by_days === 'true') {
    throw new Failure(EXIT.failed, 'The events are kept by days, which is for one server: they can not be distributed.');
  }
  await openApiKeyTable(dataSource).catch(unusable);
  return { areEventsKept: distribution === 'by project', areKeysKept: isOfCitus(keys) };
}

async function sizeOf(dataSource: DataSource, table: string): Promise<DistributionPlan['tables'][number]> {
  const sql = `SELECT relname AS name, greatest(reltuples, 0)::float8 AS rows, pg_total_relation_size(oid)::float8 AS bytes FROM pg_class WHERE oid = ${table}::regclass`;
  return (await ask<DistributionPlan['tables'][number]>(dataSource, sql))[0];
}

/** Each by itself: what is done is left out the next time. */
async function runSteps(dataSource: DataSource, { steps }: DistributionPlan): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    // The time-out that hosts set for statements would undo the moving of a large table.
    await runner.query('SET statement_timeout = 0');
    for (const { sql } of steps) await runner.query(sql);
  } catch (error) {
    throw refused(error);
  } finally {
    await runner.release();
  }
}

async function ask<R>(dataSource: DataSource, sql: string): Promise<R[]> {
  return dataSource.query<R[]>(sql).catch((error: unknown) => {
    throw refused(error);
  });
}

// Without the message of the driver, which may quote what is stored.
function refused(error: unknown): Failure {
  const { code = 'unknown' } = error as { code?: string };
  return new Failure(EXIT.failed, `PostgreSQL refused a statement of Citus (${code}): its own log tells why.`);
}

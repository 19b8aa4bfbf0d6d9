import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { eventLogConsumerMigrations, eventLogConversationMigrations, eventLogMigrations } from 'nestjs-event-log/typeorm';
import { run } from '../../lib/cli/run.js';
import { administer, dataSourceOptions } from '../utils/databases.js';
import { TcpProxy } from '../utils/tcp-proxy.js';

const COORDINATOR = process.env.TEST_CITUS_URL;

/** An empty database of a cluster. The coordinator reaches its workers through proxies, so that a test can take one away. */
export interface CitusDatabase {
  /** On the coordinator. */
  readonly url: string;
  /** In the order of `workerUrls`. */
  readonly workers: readonly TcpProxy[];
  readonly workerUrls: readonly string[];
  stop(): Promise<void>;
}

/** A block of tests; without a cluster it is skipped, with the reason in its title. */
export function describeCitus(title: string, define: (database: () => CitusDatabase) => void): void {
  if (COORDINATOR === undefined) {
    describe.skip(`${title} (skipped: set TEST_CITUS_URL, see test/citus/start.mjs)`, () => define(() => undefined!));
    return;
  }
  describe(title, () => {
    let database: CitusDatabase | undefined;
    beforeAll(async () => {
      database = await createDatabase(COORDINATOR);
    });
    define(() => database!);
    // Registered last, so that it runs after what the tests register themselves.
    afterAll(() => database?.stop());
  });
}

/** Makes all tables, and distributes them as the command line does. */
export async function distribute(url: string): Promise<void> {
  await migrate(url);
  const { exitCode, problem } = await run(['citus', 'distribute', '--yes'], { DATABASE_URL: url });
  if (exitCode !== 0) throw new Error(problem);
}

export async function migrate(url: string): Promise<void> {
  const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations, ...eventLogConversationMigrations];
  await (await new DataSource(dataSourceOptions(url, { migrations })).initialize()).destroy();
}

/** Runs a statement, and resolves to its rows. */
export async function ask<R>(url: string, sql: string): Promise<R[]> {
  const source = await new DataSource(dataSourceOptions(url, { migrationsRun: false })).initialize();
  try {
    return await source.query<R[]>(sql);
  } finally {
    await source.destroy();
  }
}

/** A name of a project that lies on a worker, by its place in `workers`. */
export async function projectOn(database: CitusDatabase, worker: number): Promise<string> {
  const port = new URL(database.workers[worker].url).port;
  const [{ project }] = await ask<{ project: string }>(
    database.url,
    "SELECT 'p' || n AS project FROM generate_series(1, 200) AS n WHERE (SELECT nodeport FROM pg_dist_shard_placement " +
      `WHERE shardid = get_shard_id_for_distribution_column('event_log_events', '=p' || n)) = ${port} LIMIT 1`,
  );
  return project;
}

/** What a test has left prepared would keep its database from being dropped, and hold up what later tests wait for. */
async function rollBackPrepared(url: string): Promise<void> {
  const prepared = 'SELECT gid FROM pg_prepared_xacts WHERE database = current_database()';
  for (const { gid } of await ask<{ gid: string }>(url, prepared)) await administer(url, `ROLLBACK PREPARED '${gid}'`);
}

async function createDatabase(coordinator: string): Promise<CitusDatabase> {
  const name = `event_log_test_${randomBytes(6).toString('hex')}`;
  const nodes = await ask<{ host: string; port: number }>(
    coordinator,
    'SELECT nodename AS host, nodeport AS port FROM pg_dist_node WHERE groupid <> 0 ORDER BY nodeid',
  );
  if (nodes.length < 2) throw new Error('TEST_CITUS_URL must lead to a coordinator with two workers');
  const urlOn = (host: string, port: number | string) =>
    Object.assign(new URL(coordinator), { hostname: host, port: String(port) }).href;
  const admins = [coordinator, ...nodes.map(({ host, port }) => urlOn(host, port))];
  const urls = admins.map((url) => Object.assign(new URL(url), { pathname: name }).href);
  for (const url of admins) await administer(url, `CREATE DATABASE ${name}`);
  for (const url of urls) await administer(url, 'CREATE EXTENSION citus');
  const [url, ...workerUrls] = urls;
  const workers = await Promise.all(workerUrls.map((worker) => TcpProxy.start(worker)));
  const { hostname, port } = new URL(url);
  await administer(url, `SELECT citus_set_coordinator_host('${hostname}', ${port})`);
  for (const worker of workers) await administer(url, `SELECT citus_add_node('127.0.0.1', ${new URL(worker.url).port})`);
  const stop = async () => {
    for (const worker of workers) await worker.stop();
    for (const node of urls) await rollBackPrepared(node);
    for (const admin of admins) await administer(admin, `DROP DATABASE ${name} WITH (FORCE)`);
  };
  return { url, workers, workerUrls, stop };
}

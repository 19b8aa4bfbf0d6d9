import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { ClickHouseServer } from './clickhouse-server.js';
import { lackOfEngine } from './engine.js';

const SHARDS = [1, 2];
const USERS = 'users.xml';
const EVERYWHERE = /event_log_(progress|migrations)$/;

/**
 * Two servers as the two shards of a cluster `main`: `Distributed` tables reach from one to the other over TCP. The servers have no
 * Keeper, so what it is for is done by the client: statements `ON CLUSTER` run on each server, tables aren't replicated, and what is
 * inserted into those that would be the same everywhere is inserted everywhere.
 */
export class ClickHouseCluster {
  private constructor(
    private readonly folder: string,
    readonly servers: readonly ClickHouseServer[],
  ) {}

  /** `profile` has settings of every question that doesn't bring its own. */
  static async start(profile: Readonly<Record<string, string>> = {}): Promise<ClickHouseCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'clickhouse-'));
    const servers = await Promise.all(SHARDS.map((shard) => ClickHouseServer.at(join(folder, `${shard}`))));
    await writeFile(join(folder, USERS), usersOf(profile));
    const cluster = new ClickHouseCluster(folder, servers);
    await Promise.all(servers.map((server) => cluster.restart(server)));
    return cluster;
  }

  async restart(server: ClickHouseServer): Promise<void> {
    const file = join(this.folder, `${server.tcpPort}.xml`);
    await writeFile(file, this.configurationOf(server));
    await server.start(file);
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Those of a host that copies to it. */
  get options() {
    return { client: () => this.client(), cluster: 'main' };
  }

  /** As behind a load balancer: one server is asked after the other. */
  client(): ClickHouseClient {
    const clients = this.servers.map(({ url }) => createClient({ url, log: { level: ClickHouseLogLevel.OFF } }));
    let turn = 0;
    const next = () => clients[turn++ % clients.length];
    const onEach = async <T>(work: (client: ClickHouseClient) => Promise<T>): Promise<T> => {
      const [first] = await Promise.all(clients.map(work));
      return first;
    };
    const client: Pick<ClickHouseClient, 'query' | 'insert' | 'close'> = {
      query: (async (params: { query: string }) => {
        const query = withoutKeeper(params.query);
        if (query === params.query) return next().query(params);
        const [first, ...others] = await Promise.all(clients.map((one) => one.query({ ...params, query })));
        // A connection is free again once its answer was read.
        await Promise.all(others.map((answer) => answer.text()));
        return first;
      }) as ClickHouseClient['query'],
      insert: (params) => (EVERYWHERE.test(params.table) ? onEach((one) => one.insert(params)) : next().insert(params)),
      close: async () => void (await onEach((one) => one.close())),
    };
    return client as ClickHouseClient;
  }

  private configurationOf({ tcpPort }: ClickHouseServer): string {
    const shards = this.servers.map(
      (server) =>
        '<shard><internal_replication>true</internal_replication>' +
        `<replica><host>127.0.0.1</host><port>${server.tcpPort}</port></replica></shard>`,
    );
    return (
      `<clickhouse><tcp_port>${tcpPort}</tcp_port><users_config>${join(this.folder, USERS)}</users_config>` +
      `<remote_servers><main>${shards.join('')}</main></remote_servers></clickhouse>`
    );
  }
}

/** A block of tests on a cluster; where there is none, it is skipped, with the reason in its title. */
export function describeCluster(title: string, define: () => void): void {
  const lack = lackOfEngine() ?? lackOfPython();
  if (lack === undefined) describe(title, define);
  else describe.skip(`${title} (skipped: ${lack})`, define);
}

function lackOfPython(): string | undefined {
  return spawnSync('python3', ['--version']).status === 0 ? undefined : 'there is no python3, which starts the servers';
}

function usersOf(profile: Readonly<Record<string, string>>): string {
  const settings = Object.entries(profile).map(([name, value]) => `<${name}>${value}</${name}>`);
  return (
    `<clickhouse><profiles><default>${settings.join('')}</default></profiles><quotas><default/></quotas>` +
    '<users><default><password></password><networks><ip>127.0.0.1</ip></networks>' +
    '<profile>default</profile><quota>default</quota></default></users></clickhouse>'
  );
}

function withoutKeeper(statement: string): string {
  return statement
    .replace(/ ON CLUSTER 'main'/, '')
    .replace(/ReplicatedReplacingMergeTree\('[^']*', '[^']*'(?:, )?/, 'ReplacingMergeTree(')
    .replace('replicated_deduplication_window', 'non_replicated_deduplication_window');
}

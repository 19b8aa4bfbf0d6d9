import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CreatedApiKey } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { run } from '../lib/cli/run.js';
import type { Adapter } from './utils/create-app.js';
import { dataSourceOptions, startPostgres, startSqlite, type TestDatabase } from './utils/databases.js';
import { RedisServer, WITHOUT_REDIS } from './utils/redis-server.js';
import { until } from './utils/until.js';

// Built by `npm run build:sample`, which `npm test` does first.
const SAMPLE = resolve('dist/sample/05-cluster/main.js');
const CACHE_TTL = 1_000;
const CLIENTS = 8;
/** Between the requests of a client: workers that start need the processor too. */
const PAUSE_MS = 20;

interface Answer {
  status: number;
  body: string;
  worker: number;
  isReplayed: boolean;
}

/** Posts an event, on a connection of its own unless an agent is given. */
function post(url: string, id: string, { key = 'demo-api-key', agent = new Agent() } = {}): Promise<Answer> {
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  return new Promise((answered, failed) => {
    const sent = request(url, { method: 'POST', headers, agent }, async (response) => {
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) body += chunk;
      const { 'x-worker': worker, 'idempotent-replayed': replayed } = response.headers;
      answered({ status: response.statusCode!, body, worker: Number(worker), isReplayed: replayed !== undefined });
    });
    sent.on('error', failed).setTimeout(30_000, () => sent.destroy(new Error('There is no answer.')));
    sent.end(JSON.stringify({ id, entityType: 'message', type: 'copied', messageId: 'm' }));
  });
}

/** The sample with so many workers, and what it writes. */
class Cluster {
  output = '';
  private readonly child: ChildProcess;

  constructor(env: Record<string, string>) {
    this.child = spawn(process.execPath, [SAMPLE], {
      env: { ...process.env, PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) stream.on('data', (chunk) => (this.output += chunk));
  }

  static async start(workers: number, adapter: Adapter, databaseUrl: string, redisUrl: string): Promise<Cluster> {
    const env = { WORKERS: String(workers), ADAPTER: adapter, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
    const cluster = new Cluster({ ...env, KEY_CACHE_TTL: String(CACHE_TTL) });
    await until('the workers take events', () => cluster.hasEnded || cluster.pids.length === workers);
    if (cluster.hasEnded) throw new Error(`The sample has ended: ${cluster.output}`);
    return cluster;
  }

  get url(): string {
    return /http:\/\/localhost:\d+\/events/.exec(this.output)![0];
  }

  /** Of the workers, as it has said last. */
  get pids(): number[] {
    const said = Array.from(this.output.matchAll(/(?:\/events: |Workers replaced: )([\d, ]+)$/gm), ([, pids]) => pids!);
    return (said.at(-1) ?? '').split(', ').filter(Boolean).map(Number);
  }

  /** The workers that were given events, in turn. */
  get holders(): number[] {
    return Array.from(this.output.matchAll(/Worker (\d+) was given/g), ([, pid]) => Number(pid));
  }

  get given(): number {
    return Array.from(this.output.matchAll(/was given (\d+)\./g), ([, count]) => Number(count)).reduce((sum, n) => sum + n, 0);
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async replaceWorkers(): Promise<void> {
    const before = this.pids;
    this.child.kill('SIGHUP');
    await until('the workers are replaced', () => this.pids.every((pid) => !before.includes(pid)), 240_000);
  }

  /** Resolves to its exit code. */
  async end(signal?: NodeJS.Signals): Promise<number | null> {
    const exit = this.hasEnded ? undefined : once(this.child, 'exit');
    if (signal) this.child.kill(signal);
    await exit;
    return this.child.exitCode;
  }
}

const describeCluster = WITHOUT_REDIS === undefined ? describe : describe.skip;

describeCluster.each([
  { workers: 2, adapter: 'express' },
  { workers: 4, adapter: 'fastify' },
] as const)(
  `The sample with $workers workers on $adapter${WITHOUT_REDIS ? ` (skipped: ${WITHOUT_REDIS})` : ''}`,
  ({ workers, adapter }) => {
    let database: TestDatabase;
    let redis: RedisServer;
    let cluster: Cluster;

    beforeAll(async () => {
      [database, redis] = await Promise.all([startPostgres(), RedisServer.start()]);
      cluster = await Cluster.start(workers, adapter, database.url, `redis://127.0.0.1:${redis.port}`);
    });

    afterAll(async () => {
      await cluster?.end('SIGTERM');
      await Promise.all([database.stop(), redis.stop()]);
    });

    async function idsStored(): Promise<string[]> {
      const source = await new DataSource(dataSourceOptions(database.url, { migrationsRun: false })).initialize();
      const rows: { id: string }[] = await source.query('SELECT id FROM event_log_events');
      await source.destroy();
      return rows.map(({ id }) => id);
    }

    it('stores each id once, and one of the answers to it is the first, whichever workers are asked at once', async () => {
      const raced = Array.from({ length: 20 }, (_, n) => `race-${n}`);
      const races = await Promise.all(raced.map((id) => Promise.all(Array.from({ length: 12 }, () => post(cluster.url, id)))));
      expect(new Set(races.flat().map(({ worker }) => worker)).size).toBe(workers);
      for (const answers of races) {
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
        expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
        expect(answers.filter(({ isReplayed }) => !isReplayed)).toHaveLength(1);
      }
      expect((await idsStored()).filter((id) => id.startsWith('race-')).sort()).toEqual(raced.sort());
    });

    it('lets a key pass as often as its limit allows through all workers together', async () => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, n) => post(cluster.url, `limited-${n}`, { key: 'demo-limited-key' })),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
      expect(new Set(answers.filter(({ status }) => status === 429).map(({ worker }) => worker)).size).toBe(workers);
    });

    it('refuses a revoked key in every worker once cacheTtl has passed, and takes it in each before', async () => {
      const at = ['--database', database.url, '--json'];
      const { text, key } = JSON.parse(
        (await run(['keys', 'create', '--name', 'n', '--kind', 'api', ...at])).output,
      ) as CreatedApiKey;
      const ask = () => Promise.all(Array.from({ length: 4 * workers }, (_, n) => post(cluster.url, `key-${n}`, { key: text })));
      const before = await ask();
      expect(before.map(({ status }) => status)).toEqual(before.map(() => 200));
      expect(new Set(before.map(({ worker }) => worker)).size).toBe(workers);
      expect((await run(['keys', 'revoke', key.id, ...at])).exitCode).toBe(0);
      await delay(CACHE_TTL);
      const after = await ask();
      expect(after.map(({ status }) => status)).toEqual(before.map(() => 401));
      expect(new Set(after.map(({ worker }) => worker)).size).toBe(workers);
    });

    it('hands events to one worker, and to another one when that is killed, in whose place a new one comes', async () => {
      await until('all are given', async () => cluster.given >= (await idsStored()).length);
      const [holder, ...others] = [...new Set(cluster.holders)];
      expect(others).toEqual([]);
      process.kill(holder!, 'SIGKILL');
      await until('it is told', () => cluster.output.includes(`Worker ${holder} has ended by itself.`));
      for (let n = 0; n < 10; n++) await post(cluster.url, `after-${n}`).catch(() => post(cluster.url, `after-${n}`));
      await until('the rest is given', async () => cluster.given >= (await idsStored()).length);
      expect(new Set(cluster.holders).size).toBe(2);
      await until('as many workers answer as before', async () => {
        const answers = await Promise.all(Array.from({ length: 3 * workers }, () => post(cluster.url, 'after-0')));
        return new Set(answers.map(({ worker }) => worker)).size === workers;
      });
    }, 150_000);

    it('replaces its workers one by one under load, and each request is answered with 200', async () => {
      const answers: Answer[] = [];
      const failures: string[] = [];
      let isOver = false;
      const client = async (name: number) => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        for (let n = 0; !isOver; n++) {
          answers.push(await post(cluster.url, `load-${name}-${n}`, { agent }));
          await delay(PAUSE_MS);
        }
        agent.destroy();
      };
      const clients = Promise.all(Array.from({ length: CLIENTS }, (_, name) => client(name)));
      await until('the load runs', () => answers.length > 100);
      const before = new Set(answers.map(({ worker }) => worker));
      await cluster.replaceWorkers();
      const replaced = answers.length;
      await until('the new ones have the load', () => answers.length > replaced + 100);
      isOver = true;
      await clients;
      expect(failures).toEqual([]);
      expect(answers.filter(({ status, isReplayed }) => status !== 200 || isReplayed)).toEqual([]);
      const after = new Set(answers.slice(replaced).map(({ worker }) => worker));
      expect([...after].filter((worker) => before.has(worker))).toEqual([]);
      expect((await idsStored()).filter((id) => id.startsWith('load-'))).toHaveLength(answers.length);
    }, 300_000);

    it('loses requests where workers are killed instead, which the count finds', async () => {
      let failed = 0;
      let isOver = false;
      const client = async (name: number) => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        for (let n = 0; !isOver; n++) await post(cluster.url, `killed-${name}-${n}`, { agent }).catch(() => void failed++);
        agent.destroy();
      };
      const clients = Promise.all(Array.from({ length: CLIENTS }, (_, name) => client(name)));
      await delay(1_000);
      const { worker } = await post(cluster.url, 'to-be-killed');
      process.kill(worker, 'SIGKILL');
      await until('a request has failed', () => failed > 0);
      isOver = true;
      await clients;
    });
  },
);

describe('The sample with workers', () => {
  it('does not start on SQLite, and says why', async () => {
    const sqlite = await startSqlite();
    const cluster = new Cluster({ DATABASE_URL: sqlite.url });
    expect(await cluster.end()).toBe(1);
    expect(cluster.output).toBe('Expected DATABASE_URL to be postgres://…, as several processes write to it at once.\n');
    await sqlite.stop();
  });
});

import { TypeOrmModule } from '@nestjs/typeorm';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { type ApiKey, apiKeyDigest, ApiKeyStore, EventLogModule, EventRepository } from 'nestjs-event-log';
import { typeOrmStorage } from 'nestjs-event-log/typeorm';
import { closeApps, createApp } from './utils/create-app.js';
import { dataSourceOptions, startMysql, startPostgres, type TestDatabase } from './utils/databases.js';

const KEY = 'key-of-the-site';
const apiKeys = [{ id: 'site', key: KEY, scopes: ['events:write' as const] }];

afterEach(closeApps);

/** Posts an event and notes how long its answer took. */
async function post(url: string, id: string) {
  const start = performance.now();
  const response = await fetch(`${url}/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id, entityType: 'search', type: 't', searchQuery: 'q' }),
  });
  await response.arrayBuffer();
  return { status: response.status, retryAfter: response.headers.get('retry-after'), ms: performance.now() - start };
}

const ENGINES = [
  {
    engine: 'PostgreSQL',
    start: startPostgres,
    lock: ['BEGIN', 'LOCK TABLE event_log_events IN ACCESS EXCLUSIVE MODE'],
    unlock: 'ROLLBACK',
  },
  {
    engine: 'MySQL or MariaDB',
    start: startMysql,
    skipped: process.env.TEST_MYSQL_URL ? undefined : 'set TEST_MYSQL_URL',
    lock: ['LOCK TABLES event_log_events WRITE'],
    unlock: 'UNLOCK TABLES',
  },
] as {
  engine: string;
  start: () => Promise<TestDatabase>;
  skipped?: string;
  lock: string[];
  unlock: string;
}[];

for (const { engine, start, skipped, lock, unlock } of ENGINES) {
  (skipped ? describe.skip : describe)(`On ${engine}${skipped ? ` (skipped: ${skipped})` : ''}, an event`, () => {
    const POOL_SIZE = 3;
    let database: TestDatabase;
    let other: DataSource;

    beforeAll(async () => {
      database = await start();
      other = await new DataSource(dataSourceOptions(database.url)).initialize();
    });

    afterAll(async () => {
      await closeApps();
      await other?.destroy();
      await database?.stop();
    });

    async function createHost(answerTimeout?: number, databaseUrl = database.url) {
      const options = dataSourceOptions(databaseUrl, { autoLoadEntities: true, migrationsRun: false, poolSize: POOL_SIZE });
      const host = await createApp('express', {
        imports: [TypeOrmModule.forRoot(options), EventLogModule.forRoot({ apiKeys, answerTimeout, storage: typeOrmStorage() })],
      });
      await post(host.url, 'the first one, which is slower');
      return { ...host, source: host.app.get(DataSource) };
    }

    /** The pool gives all its connections at once, so it has lost none. */
    async function expectWholePool(source: DataSource): Promise<void> {
      const runners = Array.from({ length: POOL_SIZE }, () => source.createQueryRunner());
      const all = Promise.all(runners.map((runner) => runner.connect())).then(() => 'whole');
      expect(await Promise.race([all, delay(2_000, 'connections are missing', { ref: false })])).toBe('whole');
      await Promise.all(runners.map((runner) => runner.release()));
    }

    it.each([1_000, 2_500])('gets 503 within %i ms while the table is locked, and 200 after it', async (answerTimeout) => {
      const { url, source } = await createHost(answerTimeout);
      const id = `locked-${answerTimeout}`;
      const runner = other.createQueryRunner();
      for (const sql of lock) await runner.query(sql);
      try {
        const answers = await Promise.all([post(url, id), delay(answerTimeout / 2).then(() => post(url, `${id}-later`))]);
        for (const answer of answers) expect(answer).toMatchObject({ status: 503, retryAfter: '1' });
        for (const { ms } of answers) expect(ms).toBeLessThan(answerTimeout);
        for (const { ms } of answers) expect(ms).toBeGreaterThan(answerTimeout / 2);
      } finally {
        await runner.query(unlock);
        await runner.release();
      }
      expect(await post(url, id)).toMatchObject({ status: 200 });
      await expectWholePool(source);
    });

    it('gets 503 in time while the host has taken all connections of its pool, which loses none by it', async () => {
      const { url, source } = await createHost(1_000);
      const runners = Array.from({ length: POOL_SIZE }, () => source.createQueryRunner());
      await Promise.all(runners.map((runner) => runner.connect()));
      for (let attempt = 0; attempt < 3; attempt++) {
        const { status, ms } = await post(url, 'pool');
        expect(status).toBe(503);
        expect(ms).toBeLessThan(1_000);
      }
      await Promise.all(runners.map((runner) => runner.release()));
      expect(await post(url, 'pool')).toMatchObject({ status: 200 });
      await expectWholePool(source);
    });

    it('gets 503 in time while the connection is black, and 200 once it is cut and made anew', async () => {
      const proxy = await startFreezingProxy(database.url);
      const { url, source } = await createHost(1_000, proxy.url);
      expect(await post(url, 'before')).toMatchObject({ status: 200 });
      proxy.freeze();
      // More of them than the pool has connections.
      for (let attempt = 0; attempt < POOL_SIZE + 2; attempt++) {
        const { status, ms } = await post(url, `black-${attempt}`);
        expect(status).toBe(503);
        expect(ms).toBeLessThan(1_000);
      }
      proxy.cut();
      expect(await post(url, 'black-0')).toMatchObject({ status: 200 });
      await expectWholePool(source);
      await closeApps();
      await proxy.close();
    });

    it('is stored by default though the database takes 2 s', async () => {
      const { url } = await createHost();
      const runner = other.createQueryRunner();
      for (const sql of lock) await runner.query(sql);
      const answer = post(url, 'patient');
      await delay(2_000);
      await runner.query(unlock);
      await runner.release();
      const { status, ms } = await answer;
      expect([status, ms > 1_900]).toEqual([200, true]);
    });
  });
}

describe('An event whose key is looked up in a store', () => {
  const DELAY = 600;

  class SlowKeyStore extends ApiKeyStore {
    async findByDigest(digest: string): Promise<ApiKey | undefined> {
      await delay(DELAY);
      return digest === apiKeyDigest(KEY) ? { id: 'site', digest, scopes: ['events:write'] } : undefined;
    }
  }

  class SlowRepository extends EventRepository {
    async insert(events: Parameters<EventRepository['insert']>[0]) {
      await delay(DELAY);
      return events.map((event) => ({ event, replayed: false }));
    }
  }

  const start = (answerTimeout: number) =>
    createApp('express', {
      imports: [
        EventLogModule.forRoot({
          answerTimeout,
          keyStore: { store: SlowKeyStore },
          storage: { repository: SlowRepository },
        }),
      ],
    });

  it('gets 503 in time where the lookup and the store are in time only each for itself', async () => {
    const { url } = await start(1.5 * DELAY);
    const { status, ms } = await post(url, 'a');
    expect(status).toBe(503);
    expect(ms).toBeLessThan(1.5 * DELAY);
  });

  it('gets 503 in time where the lookup alone is too slow', async () => {
    const { url } = await start(DELAY / 2);
    const { status, ms } = await post(url, 'a');
    expect(status).toBe(503);
    expect(ms).toBeLessThan(DELAY / 2);
  });

  it('gets 200 where both together are in time', async () => {
    const { url } = await start(4 * DELAY);
    expect(await post(url, 'a')).toMatchObject({ status: 200 });
  });
});

/** A TCP proxy in front of a database server, whose connections can become black: open, but nothing comes through. */
async function startFreezingProxy(serverUrl: string) {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const pass = (from: Socket, to: Socket) => from.on('data', (chunk) => frozen || to.write(chunk));
    pass(client, upstream);
    pass(upstream, client);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => [client, upstream].forEach((either) => either.destroy()));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  const cut = () => {
    frozen = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    freeze: () => (frozen = true),
    cut,
    close: () =>
      new Promise<unknown>((resolve) => {
        server.close(resolve);
        cut();
      }),
  };
}

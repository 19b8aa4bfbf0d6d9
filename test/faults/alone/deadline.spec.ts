import { TypeOrmModule } from '@nestjs/typeorm';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { type ApiKey, apiKeyDigest, ApiKeyStore, EventLogModule, EventRepository } from 'nestjs-event-log';
import { ApiKeyService, typeOrmApiKeys, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { clientOf } from '../../utils/client.js';
import { closeApps, createApp } from '../../utils/create-app.js';
import { dataSourceOptions } from '../../utils/databases.js';
import { describeEngines, SERVERS } from '../../utils/describe-engines.js';
import { newEvent } from '../../utils/events.js';
import { lockTable } from '../../utils/lock-table.js';
import { TcpProxy } from '../../utils/tcp-proxy.js';

const KEY = 'key-of-the-site';
const apiKeys = [{ id: 'site', key: KEY, scopes: ['events:write' as const] }];

afterEach(closeApps);

const post = (url: string, id: string, key = KEY) => clientOf(url, key).log(newEvent({ id }));

describeEngines(
  'An event',
  (engine) => {
    const POOL_SIZE = 2;
    beforeAll(async () => {
      await (await new DataSource(dataSourceOptions(engine.url)).initialize()).destroy(); // makes the tables
    });

    async function createHost(answerTimeout?: number, databaseUrl = engine.url) {
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

    it.each([2_000, 4_000])(
      'an event gets 503 within %i ms while the table is locked, and 200 after it',
      async (answerTimeout) => {
        const { url, source } = await createHost(answerTimeout);
        const id = `locked-${answerTimeout}`;
        const release = await lockTable(engine.url);
        try {
          const answers = await Promise.all([post(url, id), delay(answerTimeout / 2).then(() => post(url, `${id}-later`))]);
          for (const answer of answers) expect([answer.status, answer.header('retry-after')]).toEqual([503, '1']);
          for (const { ms } of answers) expect(ms).toBeLessThan(answerTimeout);
          for (const { ms } of answers) expect(ms).toBeGreaterThan(answerTimeout / 2);
        } finally {
          await release();
        }
        expect(await post(url, id)).toMatchObject({ status: 200 });
        await expectWholePool(source);
      },
    );

    it('an event gets 503 in time while the host has taken all connections of its pool, which loses none by it', async () => {
      const { url, source } = await createHost(2_000);
      const runners = Array.from({ length: POOL_SIZE }, () => source.createQueryRunner());
      await Promise.all(runners.map((runner) => runner.connect()));
      for (let attempt = 0; attempt < POOL_SIZE; attempt++) {
        const { status, ms } = await post(url, 'pool');
        expect(status).toBe(503);
        expect(ms).toBeLessThan(2_000);
      }
      await Promise.all(runners.map((runner) => runner.release()));
      expect(await post(url, 'pool')).toMatchObject({ status: 200 });
      await expectWholePool(source);
    });

    it('an event gets 503 in time while the connection is black, and 200 once it is cut and made anew', async () => {
      const proxy = await TcpProxy.start(engine.url);
      const { url, source } = await createHost(2_000, proxy.url);
      expect(await post(url, 'before')).toMatchObject({ status: 200 });
      proxy.switchTo('blackhole');
      // More of them than the pool has connections.
      for (let attempt = 0; attempt < POOL_SIZE + 1; attempt++) {
        const { status, ms } = await post(url, `black-${attempt}`);
        expect(status).toBe(503);
        expect(ms).toBeLessThan(2_000);
      }
      proxy.switchTo('down');
      proxy.switchTo('pass');
      expect(await post(url, 'black-0')).toMatchObject({ status: 200 });
      await expectWholePool(source);
      await closeApps();
      await proxy.stop();
    });

    it('an event is stored by default though the database takes 2 s', async () => {
      const { url } = await createHost();
      const release = await lockTable(engine.url);
      const answer = post(url, 'patient');
      await delay(2_000);
      await release();
      const { status, ms } = await answer;
      expect([status, ms > 1_900]).toEqual([200, true]);
    });
  },
  SERVERS,
);

describe('An event whose key is looked up in a store', () => {
  /** How long each of the two takes. */
  let slowness: number;

  class SlowKeyStore extends ApiKeyStore {
    async findByDigest(digest: string): Promise<ApiKey | undefined> {
      await delay(slowness);
      return digest === apiKeyDigest(KEY) ? { id: 'site', digest, scopes: ['events:write'] } : undefined;
    }
  }

  class SlowRepository extends EventRepository {
    async insert(events: Parameters<EventRepository['insert']>[0]) {
      await delay(slowness);
      return events.map(() => ({ replayed: false as const }));
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

  it('an event gets 503 in time where lookup and store are in time only each for itself', async () => {
    slowness = 2_000;
    const { url } = await start(3_000);
    const { status, ms } = await post(url, 'a');
    expect(status).toBe(503);
    expect(ms).toBeLessThan(3_000);
  });

  it('an event gets 503 in time where the lookup alone is too slow', async () => {
    slowness = 3_000;
    const { url } = await start(2_000);
    const { status, ms } = await post(url, 'a');
    expect(status).toBe(503);
    expect(ms).toBeLessThan(2_000);
  });

  it('an event gets 200 where lookup and store together are in time', async () => {
    slowness = 500;
    const { url } = await start(5_000);
    expect(await post(url, 'a')).toMatchObject({ status: 200 });
  });
});

describeEngines(
  'While the table of keys is locked',
  (engine) => {
    const POOL_SIZE = 2;
    beforeAll(async () => {
      await (await new DataSource(dataSourceOptions(engine.url)).initialize()).destroy(); // makes the tables
    });

    async function createHost(answerTimeout: number) {
      const options = dataSourceOptions(engine.url, { autoLoadEntities: true, migrationsRun: false, poolSize: POOL_SIZE });
      const { app, url } = await createApp('express', {
        imports: [
          TypeOrmModule.forRoot(options),
          EventLogModule.forRoot({ answerTimeout, storage: typeOrmStorage(), keyStore: typeOrmApiKeys({ cacheTtl: 0 }) }),
        ],
      });
      const keys = app.get(ApiKeyService, { strict: false });
      const { text } = await keys.create({ name: 'n', kind: 'api' });
      await post(url, 'the first one, which is slower', text);
      // Noting its use takes a connection too, a moment later.
      while ((await keys.list()).every(({ lastUsedAt }) => lastUsedAt === null)) await delay(50);
      return { url, text, source: app.get(DataSource) };
    }

    it('an event gets 503 in time, and its lookup holds no connection of the pool for longer', async () => {
      const { url, text, source } = await createHost(2_000);
      const release = await lockTable(engine.url, 'event_log_api_keys');
      try {
        const { status, ms } = await post(url, 'a', text);
        expect(status).toBe(503);
        expect(ms).toBeLessThan(2_000);
        await delay(300);
        const runners = Array.from({ length: POOL_SIZE }, () => source.createQueryRunner());
        const all = Promise.all(runners.map((runner) => runner.connect())).then(() => 'whole');
        expect(await Promise.race([all, delay(1_000, 'a connection is missing', { ref: false })])).toBe('whole');
        await Promise.all(runners.map((runner) => runner.release()));
      } finally {
        await release();
      }
    });

    it('an event waits as long as answerTimeout says', async () => {
      const { url, text } = await createHost(10_000);
      const release = await lockTable(engine.url, 'event_log_api_keys');
      const answer = post(url, 'patient', text);
      await delay(5_000);
      await release();
      expect(await answer).toMatchObject({ status: 200 });
    });
  },
  SERVERS,
);

describe('The time for an answer', () => {
  class TimedKeyStore extends ApiKeyStore {
    static times: (number | undefined)[] = [];

    findByDigest(digest: string, timeoutMs?: number): ApiKey {
      TimedKeyStore.times.push(timeoutMs);
      return { id: 'site', digest, scopes: ['events:write'] };
    }
  }

  class TimedRepository extends EventRepository {
    static times: (number | undefined)[] = [];

    insert(events: Parameters<EventRepository['insert']>[0], timeoutMs?: number) {
      TimedRepository.times.push(timeoutMs);
      return Promise.resolve(events.map(() => ({ replayed: false as const })));
    }
  }

  beforeEach(() => {
    TimedKeyStore.times = [];
    TimedRepository.times = [];
  });

  const start = () =>
    createApp('express', {
      imports: [
        EventLogModule.forRoot({
          answerTimeout: 2_000,
          keyStore: { store: TimedKeyStore },
          storage: { repository: TimedRepository },
        }),
      ],
    });

  it('is told to the key store and to the repository', async () => {
    const { url } = await start();
    expect(await post(url, 'a')).toMatchObject({ status: 200 });
    const [[lookup], [insert]] = [TimedKeyStore.times, TimedRepository.times];
    expect([lookup! > 1_500, lookup! < 2_000]).toEqual([true, true]);
    expect([insert! > 1_000, insert! < lookup!]).toEqual([true, true]);
  });

  it('does not run while a body arrives', async () => {
    const { url } = await start();
    const slowBody = async function* () {
      yield Buffer.from('{"entityType":"search","type":"t",');
      await delay(2_500);
      yield Buffer.from('"searchQuery":"q"}');
    };
    const response = await fetch(`${url}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: ReadableStream.from(slowBody()),
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(200);
    expect(TimedRepository.times[0]).toBeGreaterThan(1_000);
  });
});

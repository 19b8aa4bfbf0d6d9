import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { ApiKeyService, TypeOrmEventRepository, typeOrmApiKeys } from 'nestjs-event-log/typeorm';
import { dataSourceOptions, startMysql, startPostgres, type TestDatabase } from '../utils/databases.js';
import { ownTime } from '../utils/own-time.js';
import { itUnless } from '../faults/it-unless.js';

type Store = { findByDigest(digest: string, timeoutMs?: number): unknown };

/** The store, as Nest builds it. */
function storeOf(source: DataSource): Store {
  const { store } = typeOrmApiKeys({ cacheTtl: 0 });
  if (typeof store === 'function') throw new Error('a factory is expected');
  return store.useFactory(source, undefined, undefined) as Store;
}

const digest = () => randomBytes(32).toString('hex');

describe.each([
  { engine: 'PostgreSQL', start: startPostgres, lock: ['BEGIN', 'LOCK TABLE event_log_api_keys'], unlock: 'COMMIT' },
  { engine: 'MySQL or MariaDB', start: startMysql, lock: ['LOCK TABLES event_log_api_keys WRITE'], unlock: 'UNLOCK TABLES' },
])('a look-up of a key on $engine whose table is locked', ({ engine, start, lock, unlock }) => {
  const run = itUnless(engine === 'PostgreSQL' || process.env.TEST_MYSQL_URL ? undefined : 'set TEST_MYSQL_URL');
  let database: TestDatabase | undefined;
  let source: DataSource;
  let locker: DataSource;

  beforeAll(async () => {
    database = await start();
    if (!database) return;
    locker = await new DataSource(dataSourceOptions(database.url, { poolSize: 1 })).initialize();
    source = await new DataSource(dataSourceOptions(database.url, { poolSize: 1, migrationsRun: false })).initialize();
  });
  beforeEach(async () => {
    for (const sql of database ? lock : []) await locker.query(sql);
  });
  afterEach(() => database && locker.query(unlock));
  afterAll(async () => {
    await source?.destroy();
    await locker?.destroy();
    await database?.stop();
  });

  const timeOf = async (work: () => unknown) => {
    const startedAt = performance.now();
    await expect((async () => work())()).rejects.toMatchObject({ status: 503 });
    return performance.now() - startedAt;
  };

  run('fails after the time that its caller gives, and holds the connection of the pool no longer', async () => {
    const store = storeOf(source);
    const startedAt = ownTime();
    await timeOf(() => store.findByDigest(digest(), 1_000));
    const failedAt = ownTime();
    expect(failedAt - startedAt).toBeLessThan(1_800);
    await source.query('SELECT 1');
    expect(ownTime() - failedAt).toBeLessThan(500);
  });

  run('waits as long as its caller does, also beyond 5 s, and then finds the key', async () => {
    const store = storeOf(source);
    setTimeout(() => void locker.query(unlock), 5_500);
    const startedAt = performance.now();
    expect(await store.findByDigest(digest(), 10_000)).toBeUndefined();
    expect(performance.now() - startedAt).toBeGreaterThan(5_000);
  });

  run('waits for the one that waits longest of those that are asked together', async () => {
    const store = storeOf(source);
    const first = timeOf(() => store.findByDigest(digest(), 500));
    await delay(50);
    const together = [timeOf(() => store.findByDigest(digest(), 500)), timeOf(() => store.findByDigest(digest(), 2_000))];
    await first;
    for (const time of await Promise.all(together)) expect(time).toBeGreaterThan(1_500);
  });

  run('leaves events and the making of keys as they are', async () => {
    const store = storeOf(source);
    await timeOf(() => store.findByDigest(digest(), 200));
    await locker.query(unlock);
    await new TypeOrmEventRepository(source).onModuleInit();
    expect((await new ApiKeyService(source).create({ name: 'after', kind: 'api' })).key.name).toBe('after');
  });
});

import { Logger } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerStorage } from '@nestjs/throttler';
import { Redis } from 'ioredis';
import { EventLogModule, EventRepository, InMemoryEventRepository } from 'nestjs-event-log';
import { clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { newEvent } from './utils/events.js';
import { RedisServer, WITHOUT_REDIS } from './utils/redis-server.js';

Logger.overrideLogger(false);

const KEY = 'key-of-the-site';
const LIMIT = 100;

/** Counts in one step on the server: the hits of a window, and the milliseconds that it lasts. */
const COUNT = `
  local hits = redis.call('INCR', KEYS[1])
  if hits == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return { hits, redis.call('PTTL', KEYS[1]) }`;

class RedisStorage implements ThrottlerStorage {
  constructor(private readonly redis: Redis) {}

  async increment(key: string, ttl: number, limit: number, _blockDuration: number, throttlerName: string) {
    const [totalHits, left] = (await this.redis.eval(COUNT, 1, `${throttlerName}:${key}`, ttl)) as [number, number];
    const seconds = Math.ceil(left / 1_000);
    return { totalHits, timeToExpire: seconds, isBlocked: totalHits > limit, timeToBlockExpire: seconds };
  }
}

const describeRedis = WITHOUT_REDIS === undefined ? describe : describe.skip;

describeRedis.each(ADAPTERS)(`A rate limit in Redis${WITHOUT_REDIS ? ` (skipped: ${WITHOUT_REDIS})` : ''} on %s`, (adapter) => {
  let server: RedisServer;
  const connections: Redis[] = [];

  beforeEach(async () => {
    server = await RedisServer.start();
  });

  afterEach(async () => {
    await closeApps();
    for (const connection of connections.splice(0)) connection.disconnect();
    await server.stop();
  });

  async function startInstance() {
    const redis = new Redis(server.port, '127.0.0.1', { maxRetriesPerRequest: 0, retryStrategy: () => 100 });
    redis.on('error', () => undefined); // its requests fail, which is what the module is to see
    connections.push(redis);
    const imports = [
      ThrottlerModule.forRoot({ throttlers: [], storage: new RedisStorage(redis) }),
      EventLogModule.forRoot({ apiKeys: [{ id: 'site', key: KEY, kind: 'api' }], rateLimit: { limit: LIMIT, ttl: 60_000 } }),
    ];
    const { app, url } = await createApp(adapter, { imports });
    await redis.ping();
    return { client: clientOf(url, KEY), repository: app.get<InMemoryEventRepository>(EventRepository, { strict: false }) };
  }

  it('a key makes as many requests as its limit through all instances together, right after boot', async () => {
    const instances = [await startInstance(), await startInstance()];
    const answers = await Promise.all(Array.from({ length: 400 }, (_, n) => instances[n % 2].client.log(newEvent())));
    const passed = answers.filter(({ status }) => status === 200);
    expect(passed).toHaveLength(LIMIT);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(400 - LIMIT);
    expect(instances.reduce((sum, { repository }) => sum + repository.events.length, 0)).toBe(LIMIT);
  }, 60_000);

  it('requests pass uncounted while Redis is away, and are counted again when it is back', async () => {
    const { client } = await startInstance();
    expect((await client.log(newEvent())).header('ratelimit-remaining')).toBe(String(LIMIT - 1));
    await server.stop();
    for (let n = 0; n < 5; n++) expect((await client.log(newEvent())).status).toBe(200);
    await server.start();
    const isCounted = async () => (await client.log(newEvent())).header('ratelimit-remaining') !== null;
    const end = Date.now() + 15_000;
    let counted = await isCounted();
    while (!counted && Date.now() < end) counted = await isCounted();
    expect(counted).toBe(true);
  }, 60_000);
});

import { Logger } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { EventLogModule, EventRepository, InMemoryEventRepository } from 'nestjs-event-log';
import { RedisThrottlerStorage } from '../sample/05-cluster/redis-throttler.storage.js';
import { clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { newEvent } from './utils/events.js';
import { RedisServer, WITHOUT_REDIS } from './utils/redis-server.js';

Logger.overrideLogger(false);

const KEY = 'key-of-the-site';
const LIMIT = 100;

const describeRedis = WITHOUT_REDIS === undefined ? describe : describe.skip;

describeRedis.each(ADAPTERS)(`A rate limit in Redis${WITHOUT_REDIS ? ` (skipped: ${WITHOUT_REDIS})` : ''} on %s`, (adapter) => {
  let server: RedisServer;

  beforeEach(async () => {
    server = await RedisServer.start();
  });

  afterEach(async () => {
    await closeApps();
    await server.stop();
  });

  async function startInstance() {
    const storage = new RedisThrottlerStorage(`redis://127.0.0.1:${server.port}`);
    const imports = [
      ThrottlerModule.forRoot({ throttlers: [], storage }),
      EventLogModule.forRoot({ apiKeys: [{ id: 'site', key: KEY, kind: 'api' }], rateLimit: { limit: LIMIT, ttl: 60_000 } }),
    ];
    const { app, url } = await createApp(adapter, { imports });
    return { client: clientOf(url, KEY), repository: app.get<InMemoryEventRepository>(EventRepository, { strict: false }) };
  }

  it('a key makes as many requests as its limit through all instances together, right after boot', async () => {
    const instances = [await startInstance(), await startInstance()];
    const answers = await Promise.all(Array.from({ length: 400 }, (_, n) => instances[n % 2].client.log(newEvent())));
    const passed = answers.filter(({ status }) => status === 200);
    expect(passed).toHaveLength(LIMIT);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(400 - LIMIT);
    expect(instances.reduce((sum, { repository }) => sum + repository.events.length, 0)).toBe(LIMIT);
  });

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
  });
});

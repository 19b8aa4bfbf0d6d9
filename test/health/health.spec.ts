import { EventRepository, type InsertOutcome, InMemoryConsumerStore, InMemoryEventFeed } from 'nestjs-event-log';
import { EventConsumer, EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { closeApps } from '../utils/create-app.js';
import { reportWith, startHealthHost } from './host.js';

afterEach(closeApps);

/** A store whose inserts wait until they are let go. */
class SlowRepository extends EventRepository {
  static letGo: () => void;
  static readonly gate = new Promise<void>((resolve) => (SlowRepository.letGo = resolve));

  async insert(events: readonly unknown[]): Promise<InsertOutcome[]> {
    await SlowRepository.gate;
    return events.map(() => ({ replayed: false }));
  }
}

it('a store that has no ping() is unknown, and a full queue and the age of the oldest event are told until they are stored', async () => {
  const module = { storage: { repository: SlowRepository }, maxPendingEvents: 100, answerTimeout: 60_000 };
  const host = await startHealthHost({ module });
  expect(await host.check()).toEqual({
    status: 'up',
    reasons: [],
    store: 'unknown',
    waiting: { events: 0, maxEvents: 100, bytes: 0, maxBytes: 64 * 1024 * 1024, oldestSeconds: 0 },
  });
  host.logMany(89);
  const busy = await host.check();
  expect(busy).toMatchObject({ status: 'up', waiting: { events: 89 } });
  expect(busy.waiting.bytes).toBeGreaterThan(89 * 50);
  host.logMany(1);
  expect(await host.check()).toMatchObject({ status: 'down', reasons: ['90 events wait for the store, of 100 that may.'] });
  const old = await reportWith(host, 'the oldest is too old', ({ reasons }) => reasons.length === 2);
  expect(old.reasons[1]).toMatch(/^An event has waited for the store for \d+\.\d s\.$/);
  expect(old.waiting.oldestSeconds).toBeGreaterThan(1);
  SlowRepository.letGo();
  await reportWith(host, 'all are stored', ({ status, waiting }) => status === 'up' && waiting.events === 0);
  expect(host.lines.all.filter((line) => line.includes('healthy'))).toEqual([
    'The event log is not healthy: 90 events wait for the store, of 100 that may.',
    'The event log is healthy again',
  ]);
});

it('bytes that wait count as well', async () => {
  class HangingRepository extends EventRepository {
    insert(): Promise<InsertOutcome[]> {
      return new Promise(() => undefined);
    }
  }
  const host = await startHealthHost({
    module: { storage: { repository: HangingRepository }, maxPendingBytes: 100_000 },
    health: { waitTimeout: 60_000 },
  });
  host.logMany(1_000);
  const { reasons } = await host.check();
  expect(reasons).toEqual([expect.stringMatching(/^\d+ bytes of events wait for the store, of 100000 that may\.$/)]);
});

it('checks at the same time ask the store once, and a ping that throws, or never settles, is an unreachable store', async () => {
  let pings = 0;
  let ping: () => Promise<void> = () => Promise.resolve();
  class CountingRepository extends EventRepository {
    insert(): Promise<InsertOutcome[]> {
      return Promise.resolve([]);
    }

    override ping(): Promise<void> {
      pings++;
      return ping();
    }
  }
  const { check, lines } = await startHealthHost({
    module: { storage: { repository: CountingRepository } },
    health: { storeTimeout: 50 },
  });
  await Promise.all([check(), check(), check()]);
  expect(pings).toBe(1);
  const unreachable = (cause: string) => ({
    status: 'down',
    store: 'unreachable',
    reasons: [`The store does not take events, or does not say so within 50 ms${cause}.`],
  });
  ping = () => {
    throw Object.assign(new Error('password=SECRET'), { code: 'password=SECRET' });
  };
  expect(await check()).toMatchObject(unreachable(''));
  ping = () => Promise.reject(Object.assign(new Error('password=SECRET'), { code: 'P1001' }));
  expect(await check()).toMatchObject(unreachable(' (P1001)'));
  ping = () => new Promise(() => undefined);
  expect(await check()).toMatchObject(unreachable(' (ETIMEDOUT)'));
  expect(JSON.stringify([lines.all, await check()])).not.toContain('SECRET');
});

it('how far consumers are behind is told, and counts for as much as the host says', async () => {
  @EventConsumer({ name: 'stuck', from: 'beginning', onFailure: 'stop' })
  class StuckConsumer {
    handle(): Promise<void> {
      return new Promise(() => undefined);
    }
  }
  const options = { imports: [EventLogConsumersModule.forRoot({ shutdownTimeout: 10 })], providers: [StuckConsumer] };
  const [lenient, strict] = [
    await startHealthHost(options),
    await startHealthHost({ ...options, health: { maxConsumerLagSeconds: 1 } }),
  ];
  lenient.logMany(3);
  strict.logMany(3);
  const behind = { name: 'stuck', status: 'running', lagEvents: 3 };
  const late = await reportWith(strict, 'the consumer is too far behind', ({ status }) => status === 'down');
  expect(late).toMatchObject({ reasons: ["The consumer 'stuck' is more than 1 s behind."], consumers: [behind] });
  expect(await lenient.check()).toMatchObject({ status: 'up', consumers: [behind] });
});

it('a host without the module of consumers has none built for its health', async () => {
  let built = 0;
  class CountedStore extends InMemoryConsumerStore {
    constructor() {
      super();
      built++;
    }
  }
  class CountedFeed extends InMemoryEventFeed {}
  const { InMemoryEventRepository } = await import('nestjs-event-log');
  const storage = { repository: InMemoryEventRepository, feed: CountedFeed, consumers: CountedStore };
  const { check } = await startHealthHost({ module: { storage } });
  expect(await check()).not.toHaveProperty('consumers');
  expect(built).toBe(0);
});

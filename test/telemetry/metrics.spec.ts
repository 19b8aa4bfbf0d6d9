import {
  type EventRecord,
  EventRepository,
  InMemoryConsumerStore,
  InMemoryEventFeed,
  InMemoryEventRepository,
  type InsertOutcome,
} from 'nestjs-event-log';
import { EventConsumer, EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { randomUUID } from 'node:crypto';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { newEvent, newMessage } from '../utils/events.js';
import { until } from '../utils/until.js';
import { KEY, startPrometheus, startTelemetryHost } from './host.js';

let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
beforeEach(async () => (prometheus = await startPrometheus()));
afterEach(async () => {
  await closeApps();
  await prometheus.stop();
});

const start = (options: Parameters<typeof startTelemetryHost>[0] = {}) =>
  startTelemetryHost({ meterProvider: prometheus.meterProvider, ...options });

describe.each(ADAPTERS)('What Prometheus scrapes of a host on %s', (adapter) => {
  it('counts events by entity type and outcome, and the bytes of those that are stored', async () => {
    const { log, batch } = await start({ adapter });
    const event = newMessage({ id: randomUUID() });
    expect((await log(event)).status).toBe(200);
    expect((await log(event)).status).toBe(200);
    expect((await log({ ...event, type: 'another' })).status).toBe(409);
    expect((await batch([newEvent(), newEvent(), newMessage()])).status).toBe(200);
    const count = (entityType: string, outcome: string) =>
      prometheus.value('event_log_events_total', `event_log_entity_type="${entityType}"`, `event_log_outcome="${outcome}"`);
    expect(await count('message', 'stored')).toBe(2);
    expect(await count('message', 'replayed')).toBe(1);
    expect(await count('message', 'conflict')).toBe(1);
    expect(await count('search', 'stored')).toBe(2);
    expect(await prometheus.value('event_log_event_size_total', 'entity_type="search"')).toBeGreaterThan(80);
    expect(await prometheus.value('event_log_commit_size_count')).toBeGreaterThanOrEqual(4);
    expect(await prometheus.value('event_log_commit_size_sum')).toBe(6);
    expect(await prometheus.value('event_log_commit_duration_count')).toBeGreaterThanOrEqual(4);
  });

  it('counts refusals by status, of requests and of events in batches, and times each answer by its route', async () => {
    const { log, batch, get, raw } = await start({ adapter });
    expect((await log(newEvent(), { key: 'wrong' })).status).toBe(401);
    expect((await log({ entityType: 'search' })).status).toBe(422);
    expect((await raw('/events', { method: 'DELETE' })).status).toBe(405);
    expect((await batch([newEvent(), { entityType: 'search' }])).status).toBe(200);
    expect((await get(`/query/events/${randomUUID()}`)).status).toBe(404);
    const refused = (status: number, what = 'request') =>
      prometheus.value('event_log_refusals_total', `http_response_status_code="${status}"`, `event_log_refused="${what}"`);
    await until('the last answer is counted', async () => (await refused(404)) === 1);
    expect(await refused(401)).toBe(1);
    expect(await refused(422)).toBe(1);
    expect(await refused(405)).toBe(1);
    expect(await refused(422, 'event')).toBe(1);
    const answers = (...labels: string[]) => prometheus.value('event_log_answer_duration_count', ...labels);
    expect(await answers('http_route="/events"', 'method="POST"', 'status_code="401"')).toBe(1);
    expect(await answers('http_route="/events"', 'method="_OTHER"', 'status_code="405"')).toBe(1);
    expect(await answers('http_route="/query/events/:id"', 'method="GET"', 'status_code="404"')).toBe(1);
  });

  it('has no value that a caller can make up', async () => {
    const { log, get } = await start({ adapter });
    const secret = 'made-up-by-the-caller';
    await log(
      newEvent({ id: secret, type: secret, searchQuery: secret, properties: { secret }, userProperties: { userId: secret } }),
    );
    await log({ ...newEvent(), entityType: secret });
    await log(newEvent(), { key: secret, headers: { 'X-Request-Id': secret } });
    await get(`/query/events/${secret}?projectId=${secret}`);
    await until('the answers are counted', async () => (await prometheus.scrape()).includes('status_code="401"'));
    const text = await prometheus.scrape();
    expect(text).toContain('event_log_events_total');
    expect(text).not.toContain(secret);
    expect(text).not.toContain(KEY);
  });
});

it('events that find no room, and those that the store fails on, are counted as unavailable and as failed', async () => {
  let isAway = true;
  class FailingRepository extends EventRepository {
    insert(): Promise<InsertOutcome[]> {
      return Promise.reject(isAway ? Object.assign(new Error('away'), { statusCode: 503 }) : new Error('a bug'));
    }
  }
  const { log } = await start({ module: { storage: { repository: FailingRepository } } });
  expect((await log()).status).toBe(503);
  isAway = false;
  expect((await log()).status).toBe(500);
  expect(await prometheus.value('event_log_events_total', 'outcome="unavailable"')).toBe(1);
  expect(await prometheus.value('event_log_events_total', 'outcome="failed"')).toBe(1);
  expect(await prometheus.value('event_log_commit_duration_count', 'error_type="503"')).toBe(1);
});

it('gauges tell what waits, against its limits, and for how long, the keys that are cached, and where consumers are', async () => {
  let letGo!: () => void;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  class SlowRepository extends InMemoryEventRepository {
    override async insert(events: EventRecord[]): Promise<InsertOutcome[]> {
      await gate;
      return super.insert(events);
    }
  }
  @EventConsumer({ name: 'crm', from: 'beginning' })
  class Consumer {
    handle(): Promise<void> {
      return new Promise(() => undefined);
    }
  }
  const storage = { repository: SlowRepository, feed: InMemoryEventFeed, consumers: InMemoryConsumerStore };
  const { batch } = await start({
    module: { storage, maxPendingEvents: 500, maxPendingBytes: 1_000_000 },
    imports: [EventLogConsumersModule.forRoot({ shutdownTimeout: 10 })],
    providers: [Consumer],
  });
  const sending = batch([newEvent(), newEvent(), newEvent()]);
  await until('three wait', async () => (await prometheus.value('event_log_waiting_events')) === 3);
  expect(await prometheus.value('event_log_waiting_events_limit')).toBe(500);
  expect(await prometheus.value('event_log_waiting_size')).toBeGreaterThan(100);
  expect(await prometheus.value('event_log_waiting_size_limit')).toBe(1_000_000);
  expect(await prometheus.value('event_log_waiting_age')).toBeGreaterThan(0);
  expect(await prometheus.value('event_log_keys_cached')).toBe(0);
  letGo();
  expect((await sending).status).toBe(200);
  await until('the consumer is behind', async () => (await prometheus.value('event_log_consumer_lag', 'consumer="crm"')) === 3);
  expect(await prometheus.value('event_log_consumer_delay', 'consumer="crm"')).toBeGreaterThanOrEqual(0);
  expect(await prometheus.value('event_log_waiting_events')).toBe(0);
});

import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { EventLogService, EventRepository, type InsertOutcome } from 'nestjs-event-log';
import { EventQueryService } from 'nestjs-event-log/query';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { newEvent } from '../utils/events.js';
import { memoryTraces, startTelemetryHost } from './host.js';

beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
afterAll(() => context.disable());
afterEach(closeApps);

describe.each(ADAPTERS)('The spans of a host on %s', (adapter) => {
  it('have writes and reads as children of the request, and a commit of its own that is linked with its writes', async () => {
    const traces = memoryTraces();
    const { app, log } = await startTelemetryHost({ adapter, tracerProvider: traces.tracerProvider });
    const tracer = traces.tracerProvider.getTracer('host');
    // As an instrumentation of HTTP does: all that comes of a request runs in the context of its span.
    const server = app.getHttpServer() as { emit(name: string, ...rest: unknown[]): boolean };
    const emit = server.emit.bind(server);
    server.emit = (name, ...rest) => {
      if (name !== 'request') return emit(name, ...rest);
      const span = tracer.startSpan('request', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
      (rest[1] as { once(name: string, then: () => void): void }).once('close', () => span.end());
      return context.with(trace.setSpan(ROOT_CONTEXT, span), () => emit(name, ...rest));
    };
    const answers = await Promise.all([log(newEvent()), log(newEvent())]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const writes = traces.named('event_log.write');
    const requests = new Set(traces.named('request').map((span) => span.spanContext().spanId));
    expect(writes).toHaveLength(2);
    for (const write of writes) expect(requests).toContain(write.parentSpanContext?.spanId);
    const commits = traces.named('event_log.commit');
    for (const commit of commits) expect(commit.parentSpanContext).toBeUndefined();
    const linked = (spans: typeof writes) => spans.flatMap(({ links }) => links.map((link) => link.context.spanId)).toSorted();
    expect(linked(commits)).toEqual(writes.map((span) => span.spanContext().spanId).toSorted());
    expect(new Set(linked(writes))).toEqual(new Set(commits.map((span) => span.spanContext().spanId)));
    expect(commits.reduce((sum, { attributes }) => sum + Number(attributes['event_log.events']), 0)).toBe(2);
  });
});

it('what the host itself logs and reads has spans of its own, without ids, texts or queries', async () => {
  const traces = memoryTraces();
  const { app } = await startTelemetryHost({ tracerProvider: traces.tracerProvider });
  const [events, query] = [app.get(EventLogService, { strict: false }), app.get(EventQueryService, { strict: false })];
  const parent = traces.tracerProvider.getTracer('host').startSpan('job');
  await context.with(trace.setSpan(context.active(), parent), async () => {
    await events.log(newEvent({ searchQuery: 'SECRET', id: 'SECRET' }));
    await query.list({ type: 'SECRET' });
  });
  const [[write], [read]] = [traces.named('event_log.write'), traces.named('event_log.read')];
  for (const span of [write, read]) expect(span.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
  expect(read.attributes).toEqual({ 'event_log.operation': 'list' });
  expect(JSON.stringify(traces.all().map(({ name, attributes, events: list }) => [name, attributes, list]))).not.toContain(
    'SECRET',
  );
});

it('a write that fails is an error with the status, and without the text of it', async () => {
  class FailingRepository extends EventRepository {
    insert(): Promise<InsertOutcome[]> {
      return Promise.reject(Object.assign(new Error('SECRET'), { statusCode: 503 }));
    }
  }
  const traces = memoryTraces();
  const storage = { repository: FailingRepository };
  const host = await startTelemetryHost({ tracerProvider: traces.tracerProvider, module: { storage } });
  await expect(host.app.get(EventLogService, { strict: false }).log(newEvent())).rejects.toThrow();
  for (const name of ['event_log.write', 'event_log.commit']) {
    const [span] = traces.named(name);
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(span.attributes['error.type']).toBe('503');
    expect(span.events).toEqual([]);
  }
});

it('a write that nobody records makes no commit', async () => {
  const traces = memoryTraces();
  const { app } = await startTelemetryHost({ tracerProvider: traces.tracerProvider });
  const unsampled = trace.setSpanContext(ROOT_CONTEXT, { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 0 });
  await context.with(unsampled, () => app.get(EventLogService, { strict: false }).log(newEvent()));
  expect(traces.all()).toEqual([]);
});

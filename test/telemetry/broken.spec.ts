import { type Context, context, type MeterProvider as MeterApi, ROOT_CONTEXT } from '@opentelemetry/api';
import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { newEvent } from '../utils/events.js';
import { startTelemetryHost } from './host.js';

afterEach(async () => {
  context.disable();
  await closeApps();
});

const fail = (): never => {
  throw new Error('broken telemetry');
};
const never = () => new Promise<never>(() => undefined);
const processorThat = (work: () => never): SpanProcessor => ({ onStart: work, onEnd: work, forceFlush: never, shutdown: never });

function metricsInto(exportMetrics: PushMetricExporter['export']): MeterApi {
  const exporter: PushMetricExporter = {
    export: exportMetrics,
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
    selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
  };
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 100, exportTimeoutMillis: 50 });
  return new MeterProvider({ readers: [reader] });
}

/** Whose instruments throw whatever is measured. */
function brokenMeters(): MeterApi {
  const instrument = { add: fail, record: fail, addCallback: fail };
  const create = () => instrument;
  const meter = {
    createCounter: create,
    createHistogram: create,
    createUpDownCounter: create,
    createGauge: create,
    createObservableGauge: create,
    createObservableCounter: create,
    createObservableUpDownCounter: create,
    addBatchObservableCallback: () => undefined,
    removeBatchObservableCallback: fail,
  };
  return { getMeter: () => meter as never };
}

const spans = (export_: SpanExporter['export']) =>
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor({ export: export_, shutdown: () => Promise.resolve() })] });

const BROKEN: [string, () => Pick<NonNullable<Parameters<typeof startTelemetryHost>[0]>, 'meterProvider' | 'tracerProvider'>][] =
  [
    ['an exporter of spans that throws', () => ({ tracerProvider: spans(fail) })],
    ['an exporter of spans that never answers', () => ({ tracerProvider: spans(() => undefined) })],
    [
      'a processor of spans that throws',
      () => ({ tracerProvider: new BasicTracerProvider({ spanProcessors: [processorThat(fail)] }) }),
    ],
    ['an exporter of metrics that throws', () => ({ meterProvider: metricsInto(fail) })],
    ['an exporter of metrics that never answers', () => ({ meterProvider: metricsInto(() => undefined) })],
    ['instruments that throw', () => ({ meterProvider: brokenMeters() })],
  ];

describe.each(ADAPTERS)('On %s, events are stored and read all the same with', (adapter) => {
  it.each(BROKEN)('%s', async (_what, broken) => {
    const { log, batch, get, lines } = await startTelemetryHost({ adapter, ...broken() });
    expect((await log(newEvent())).status).toBe(200);
    expect((await batch([newEvent(), {}])).json()).toMatchObject({ stored: 1, refused: 1 });
    const answer = await get('/query/events');
    expect(answer.status).toBe(200);
    expect(answer.json<{ data: object[] }>().data).toHaveLength(2);
    expect(lines.all.filter((line) => line.includes('Telemetry failed')).length).toBeLessThanOrEqual(2);
  });
});

it('a context manager that throws costs no event, and stores none twice', async () => {
  const tracerProvider = spans(() => undefined);
  const { log, get } = await startTelemetryHost({ tracerProvider });
  context.setGlobalContextManager({
    active: () => ROOT_CONTEXT,
    with: fail,
    bind: (_context: Context, target) => target,
    enable: () => undefined as never,
    disable: () => undefined as never,
  });
  expect((await log(newEvent())).status).toBe(200);
  expect((await get('/query/events')).json<{ data: object[] }>().data).toHaveLength(1);
});

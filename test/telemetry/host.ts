import type { MeterProvider as MeterApi, TracerProvider } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ModuleMetadata } from '@nestjs/common';
import { EventLogModule, type EventStorage } from 'nestjs-event-log';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { EventLogTelemetryModule } from 'nestjs-event-log/telemetry';
import { clientOf } from '../utils/client.js';
import { type Adapter, createApp } from '../utils/create-app.js';
import { freePort } from '../utils/free-port.js';
import { Lines } from '../utils/typeorm-host.js';

export const KEY = 'key-of-the-host';

export interface TelemetryHostOptions extends ModuleMetadata {
  adapter?: Adapter;
  /** Of EventLogModule. Where it has no store of its own, events are read, too. */
  module?: { storage?: EventStorage; maxPendingEvents?: number; maxPendingBytes?: number };
  meterProvider?: MeterApi;
  tracerProvider?: TracerProvider;
}

/** A host that is observed. */
export async function startTelemetryHost(options: TelemetryHostOptions = {}) {
  const {
    adapter = 'express',
    module: { storage, ...module } = {},
    meterProvider,
    tracerProvider,
    imports = [],
    ...metadata
  } = options;
  const lines = new Lines();
  const { app, url } = await createApp(
    adapter,
    {
      ...metadata,
      imports: [
        EventLogModule.forRoot({ apiKeys: [{ id: 'api', key: KEY, kind: 'api' }], ...(storage && { storage }), ...module }),
        ...(storage === undefined ? [EventLogQueryModule.forRoot()] : []),
        EventLogTelemetryModule.forRoot({ meterProvider, tracerProvider }),
        ...imports,
      ],
    },
    { logger: lines },
  );
  return { app, url, lines, ...clientOf(url, KEY) };
}

/** Metrics as Prometheus scrapes them. */
export async function startPrometheus() {
  const port = await freePort();
  const exporter = new PrometheusExporter({ port, host: '127.0.0.1' });
  const meterProvider = new MeterProvider({ readers: [exporter] });
  await exporter.startServer();
  const scrape = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return {
    meterProvider,
    scrape,
    /** The value of a series, whose labels contain these; NaN where there is none. */
    async value(name: string, ...labels: string[]): Promise<number> {
      const lines = (await scrape()).split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
      const line = lines.find((text) => labels.every((label) => text.includes(label)));
      return Number(line?.split(' ').at(1) ?? NaN);
    },
    stop: () => meterProvider.shutdown(),
  };
}

/** Spans, kept in memory. */
export function memoryTraces() {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return {
    tracerProvider,
    named: (name: string): ReadableSpan[] => exporter.getFinishedSpans().filter((span) => span.name === name),
    all: () => exporter.getFinishedSpans(),
  };
}

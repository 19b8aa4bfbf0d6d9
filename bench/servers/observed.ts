// This module as in event-log.ts, with its metrics collected every second, as by a scrape.
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { EventLogTelemetryModule } from 'nestjs-event-log/telemetry';
import { eventLog, serve } from './serve.js';

const COLLECT_MS = 1_000;

const exporter = new PrometheusExporter({ preventServerStart: true });
const meterProvider = new MeterProvider({ readers: [exporter] });

await serve({ imports: [...eventLog('events:write'), EventLogTelemetryModule.forRoot({ meterProvider })] });
setInterval(() => void exporter.collect(), COLLECT_MS);

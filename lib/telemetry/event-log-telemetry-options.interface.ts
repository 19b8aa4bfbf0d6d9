import type { MeterProvider, TracerProvider } from '@opentelemetry/api';

/** Where metrics and traces go; may come from the factory of `forRootAsync`. */
export interface EventLogTelemetryOptions {
  /**
   * Makes the instruments of metrics.
   * @default the global one, as it is when the host boots
   */
  meterProvider?: MeterProvider;
  /**
   * Makes the spans of traces.
   * @default the global one
   */
  tracerProvider?: TracerProvider;
}

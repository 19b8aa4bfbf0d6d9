import type { Meter, Tracer } from '@opentelemetry/api';
import { checkOptionNames } from '../options/checks/option-names.js';
import { typeName } from '../options/checks/type-name.js';
import type { EventLogTelemetryOptions } from './event-log-telemetry-options.interface.js';
import type { OpenTelemetry } from './load-open-telemetry.js';

/** The name of its meter and its tracer. */
const SCOPE = 'nestjs-event-log';

const OPTIONS: Record<keyof EventLogTelemetryOptions, true> = { meterProvider: true, tracerProvider: true };

/** What the options of a host come to, checked at boot. */
export class TelemetrySettings {
  readonly meter: Meter;
  readonly tracer: Tracer;

  constructor(
    readonly api: OpenTelemetry,
    options: EventLogTelemetryOptions = {},
  ) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(
        `Expected the options of EventLogTelemetryModule to be { meterProvider, … }, got ${typeName(options)}.`,
      );
    }
    checkOptionNames(options, Object.keys(OPTIONS), []);
    const { meterProvider = api.metrics.getMeterProvider(), tracerProvider = api.trace.getTracerProvider() } = options;
    checkProvider(meterProvider, 'meterProvider', 'getMeter');
    checkProvider(tracerProvider, 'tracerProvider', 'getTracer');
    this.meter = meterProvider.getMeter(SCOPE);
    this.tracer = tracerProvider.getTracer(SCOPE);
  }
}

function checkProvider(given: object, option: string, method: string): void {
  if (typeof (given as Record<string, unknown> | null)?.[method] === 'function') return;
  throw new TypeError(`Expected \`${option}\` to have ${method}(), as those of OpenTelemetry have, got ${typeName(given)}.`);
}

import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { API_KEYS, type ApiKeyStore } from '../auth/api-key.store.js';
import { Observation } from '../diagnostics/observation.js';
import { ConsumerLags } from '../feed/consumer-lags.js';
import { EVENT_WRITER, type EventWriter } from '../ingestion/event-writer.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import { watchGauges } from './gauges.js';
import { instrumentsOf } from './instruments.js';
import { Measures } from './measures.js';
import { Spans } from './spans.js';
import { TelemetryObserver } from './telemetry.observer.js';
import { TelemetrySettings } from './telemetry-settings.js';

/** Observes the module from boot to shutdown. */
@Injectable()
export class TelemetryHost implements OnApplicationBootstrap, OnApplicationShutdown {
  private stopGauges?: () => void;

  constructor(
    private readonly telemetry: TelemetrySettings,
    // First of what EventLogModule has: where that is missing, the token says so.
    @Inject(EVENT_WRITER) private readonly writer: EventWriter,
    private readonly observation: Observation,
    private readonly settings: EventLogSettings,
    @Inject(API_KEYS) private readonly keys: ApiKeyStore,
    private readonly lags: ConsumerLags,
  ) {}

  onApplicationBootstrap(): void {
    if (this.observation.observer !== undefined) {
      throw new Error('EventLogTelemetryModule is imported twice: import EventLogTelemetryModule.forRoot() once.');
    }
    const { writer, settings, keys, lags } = this;
    const { api, meter, tracer } = this.telemetry;
    this.observation.observer = new TelemetryObserver(api, new Measures(instrumentsOf(meter)), new Spans(api, tracer));
    this.stopGauges = watchGauges(meter, { writer, settings, keys, lags });
  }

  onApplicationShutdown(): void {
    this.observation.observer = undefined;
    this.stopGauges?.();
  }
}

import { type ConfigurableModuleAsyncOptions, type DynamicModule, Inject, Module, Optional } from '@nestjs/common';
import { checkedAsyncRegistration, checkedRegistration } from '../options/checks/checked-registration.js';
import type { EventLogTelemetryOptions } from './event-log-telemetry-options.interface.js';
import { ConfigurableTelemetry } from './event-log-telemetry.module-definition.js';
import { TelemetrySettings } from './telemetry-settings.js';

/** Metrics and traces of the event log by `@opentelemetry/api`. Import it once, beside `EventLogModule`. */
@Module({})
export class EventLogTelemetryModule {
  constructor(@Inject(TelemetrySettings) @Optional() settings?: object) {
    if (settings !== undefined) return;
    throw new Error(
      'EventLogTelemetryModule needs options: import EventLogTelemetryModule.forRoot() instead of EventLogTelemetryModule.',
    );
  }

  /**
   * The module with these options. Throws, or refuses to boot, where one is wrong; the message names it and the fix.
   *
   * @example
   * ```ts
   * imports: [EventLogModule.forRoot({ apiKeys, storage: typeOrmStorage() }), EventLogTelemetryModule.forRoot()]
   * ```
   */
  static forRoot(options: EventLogTelemetryOptions = {}): DynamicModule {
    checkedRegistration(options, 'EventLogTelemetryModule.forRoot({ meterProvider, tracerProvider })');
    return { ...ConfigurableTelemetry.forRoot(options), module: EventLogTelemetryModule };
  }

  /** The module with options from a factory (`useFactory`, `useClass` or `useExisting`). */
  static forRootAsync(
    options: ConfigurableModuleAsyncOptions<EventLogTelemetryOptions, 'createEventLogTelemetryOptions'>,
  ): DynamicModule {
    checkedAsyncRegistration(options, 'EventLogTelemetryModule.forRootAsync');
    return { ...ConfigurableTelemetry.forRootAsync(options), module: EventLogTelemetryModule };
  }
}

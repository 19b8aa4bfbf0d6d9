import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { ConsumerLags } from '../feed/consumer-lags.js';
import type { EventLogTelemetryOptions } from './event-log-telemetry-options.interface.js';
import { loadOpenTelemetry } from './load-open-telemetry.js';
import { TelemetryHost } from './telemetry.host.js';
import { TelemetrySettings } from './telemetry-settings.js';

/** Injection token of the options as the host gave them; `TelemetrySettings` are those in force. */
const TELEMETRY_OPTIONS = Symbol('EVENT_LOG:TELEMETRY_OPTIONS');

export const { ConfigurableModuleClass: ConfigurableTelemetry } = new ConfigurableModuleBuilder<EventLogTelemetryOptions>({
  moduleName: 'EventLogTelemetry',
  optionsInjectionToken: TELEMETRY_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createEventLogTelemetryOptions')
  .setExtras({}, toDynamicModule)
  .build();

function toDynamicModule(definition: DynamicModule): DynamicModule {
  return {
    ...definition,
    providers: [
      ...(definition.providers ?? []),
      {
        provide: TelemetrySettings,
        useFactory: async (options: EventLogTelemetryOptions) => new TelemetrySettings(await loadOpenTelemetry(), options),
        inject: [TELEMETRY_OPTIONS],
      },
      ConsumerLags,
      TelemetryHost,
    ],
  };
}

import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { ConsumerLags } from '../feed/consumer-lags.js';
import type { EventLogHealthExtras, EventLogHealthOptions } from './event-log-health-options.interface.js';
import { EventLogHealthIndicator } from './event-log-health.indicator.js';
import { EventLogHealth } from './event-log-health.js';
import { HealthSettings } from './health-settings.js';

/** Injection token of the options as the host gave them; `HealthSettings` are those in force. */
const HEALTH_OPTIONS = Symbol('EVENT_LOG:HEALTH_OPTIONS');

/** By these names Nest tells extras from options. */
const NO_EXTRAS: Record<keyof EventLogHealthExtras, undefined> = { isGlobal: undefined };

export const { ConfigurableModuleClass: ConfigurableHealth } = new ConfigurableModuleBuilder<EventLogHealthOptions>({
  moduleName: 'EventLogHealth',
  optionsInjectionToken: HEALTH_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createEventLogHealthOptions')
  .setExtras<EventLogHealthExtras>(NO_EXTRAS, toDynamicModule)
  .build();

function toDynamicModule(definition: DynamicModule, { isGlobal = false }: EventLogHealthExtras): DynamicModule {
  return {
    ...definition,
    global: isGlobal,
    providers: [
      ...(definition.providers ?? []),
      {
        provide: HealthSettings,
        useFactory: (options: EventLogHealthOptions) => new HealthSettings(options, Object.keys(NO_EXTRAS)),
        inject: [HEALTH_OPTIONS],
      },
      ConsumerLags,
      EventLogHealth,
      EventLogHealthIndicator,
    ],
    exports: [EventLogHealth, EventLogHealthIndicator],
  };
}

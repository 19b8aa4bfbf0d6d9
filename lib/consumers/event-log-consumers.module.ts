import { type ConfigurableModuleAsyncOptions, type DynamicModule, Inject, Module, Optional } from '@nestjs/common';
import { checkedAsyncRegistration, checkedRegistration } from '../options/checks/checked-registration.js';
import { ConsumersSettings } from './consumers-settings.js';
import type { EventLogConsumersExtras, EventLogConsumersOptions } from './event-log-consumers-options.interface.js';
import { ConfigurableConsumers } from './event-log-consumers.module-definition.js';

/**
 * Gives each stored event to the host's classes with `@EventConsumer()`: at least once, in the order of commits, through crashes,
 * deployments and several instances. Import it once, beside `EventLogModule`.
 */
@Module({})
export class EventLogConsumersModule {
  constructor(@Inject(ConsumersSettings) @Optional() settings?: object) {
    if (settings !== undefined) return;
    throw new Error(
      'EventLogConsumersModule needs options: import EventLogConsumersModule.forRoot() instead of EventLogConsumersModule.',
    );
  }

  /**
   * The module with these options. Throws, or refuses to boot, where one is wrong; the message names it and the fix.
   *
   * @example
   * ```ts
   * imports: [
   *   EventLogModule.forRoot({ apiKeys, storage: typeOrmStorage() }),
   *   EventLogConsumersModule.forRoot(),
   * ],
   * providers: [CrmConsumer], // a class with @EventConsumer({ name: 'crm' })
   * ```
   */
  static forRoot(options: EventLogConsumersOptions & EventLogConsumersExtras = {}): DynamicModule {
    checkedRegistration(options, 'EventLogConsumersModule.forRoot({ shutdownTimeout, webhooks })');
    return { ...ConfigurableConsumers.forRoot(options), module: EventLogConsumersModule };
  }

  /** The module with options from a factory, beside which the extras stand, as in `EventLogModule.forRootAsync()`. */
  static forRootAsync(
    options: ConfigurableModuleAsyncOptions<EventLogConsumersOptions, 'createEventLogConsumersOptions'> & EventLogConsumersExtras,
  ): DynamicModule {
    checkedAsyncRegistration(options, 'EventLogConsumersModule.forRootAsync');
    return { ...ConfigurableConsumers.forRootAsync(options), module: EventLogConsumersModule };
  }
}

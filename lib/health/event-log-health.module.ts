import { type ConfigurableModuleAsyncOptions, type DynamicModule, Inject, Module, Optional } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { checkedAsyncRegistration, checkedRegistration } from '../options/checks/checked-registration.js';
import { checkImportedOnce } from '../options/checks/imported-once.js';
import type { EventLogHealthExtras, EventLogHealthOptions } from './event-log-health-options.interface.js';
import { ConfigurableHealth } from './event-log-health.module-definition.js';
import { HealthSettings } from './health-settings.js';

/** Tells whether events can be logged, by `EventLogHealth` and for `@nestjs/terminus`. Import it once, beside `EventLogModule`. */
@Module({})
export class EventLogHealthModule {
  constructor(modules: ModulesContainer, @Inject(HealthSettings) @Optional() settings?: object) {
    if (settings === undefined) {
      throw new Error(
        'EventLogHealthModule needs options: import EventLogHealthModule.forRoot() instead of EventLogHealthModule.',
      );
    }
    checkImportedOnce(modules, EventLogHealthModule);
  }

  /**
   * The module with these options. Throws, or refuses to boot, where one is wrong; the message names it and the fix.
   *
   * @example
   * ```ts
   * imports: [EventLogModule.forRoot({ apiKeys, storage: typeOrmStorage() }), EventLogHealthModule.forRoot()]
   * ```
   */
  static forRoot(options: EventLogHealthOptions & EventLogHealthExtras = {}): DynamicModule {
    checkedRegistration(options, 'EventLogHealthModule.forRoot({ storeTimeout })');
    return { ...ConfigurableHealth.forRoot(options), module: EventLogHealthModule };
  }

  /** The module with options from a factory, beside which the extras stand, as in `EventLogModule.forRootAsync()`. */
  static forRootAsync(
    options: ConfigurableModuleAsyncOptions<EventLogHealthOptions, 'createEventLogHealthOptions'> & EventLogHealthExtras,
  ): DynamicModule {
    checkedAsyncRegistration(options, 'EventLogHealthModule.forRootAsync');
    return { ...ConfigurableHealth.forRootAsync(options), module: EventLogHealthModule };
  }
}

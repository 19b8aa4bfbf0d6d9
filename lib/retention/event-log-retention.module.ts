import { type ConfigurableModuleAsyncOptions, type DynamicModule, Inject, Module, Optional } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { checkedAsyncRegistration, checkedRegistration } from '../options/checks/checked-registration.js';
import { checkImportedOnce } from '../options/checks/imported-once.js';
import type { EventLogRetentionExtras, EventLogRetentionOptions } from './event-log-retention-options.interface.js';
import { ConfigurableRetention } from './event-log-retention.module-definition.js';
import { RetentionSettings } from './retention-settings.js';

/** Removes events whose time is over, one instance at a time. Import it once, beside `EventLogModule`. */
@Module({})
export class EventLogRetentionModule {
  constructor(modules: ModulesContainer, @Inject(RetentionSettings) @Optional() settings?: object) {
    if (settings === undefined) {
      throw new Error(
        'EventLogRetentionModule needs options: import EventLogRetentionModule.forRoot({ rules }) instead of EventLogRetentionModule.',
      );
    }
    const more = 'with `rules` and `anonymize` in one forRoot(), and ';
    checkImportedOnce(modules, EventLogRetentionModule, EventLogRetentionModule.name, more);
  }

  /**
   * The module with these options. Throws, or refuses to boot, where one is wrong; the message names it and the fix.
   *
   * @example
   * ```ts
   * imports: [
   *   EventLogModule.forRoot({ apiKeys, storage: typeOrmStorage() }),
   *   EventLogRetentionModule.forRoot({ rules: [{ keepFor: '90d' }, { entityType: 'search', keepFor: '30d' }] }),
   * ],
   * ```
   */
  static forRoot(options: EventLogRetentionOptions & EventLogRetentionExtras = {}): DynamicModule {
    checkedRegistration(options, 'EventLogRetentionModule.forRoot({ rules })');
    return { ...ConfigurableRetention.forRoot(options), module: EventLogRetentionModule };
  }

  /** The module with options from a factory, beside which the extras stand, as in `EventLogModule.forRootAsync()`. */
  static forRootAsync(
    options: ConfigurableModuleAsyncOptions<EventLogRetentionOptions, 'createEventLogRetentionOptions'> & EventLogRetentionExtras,
  ): DynamicModule {
    checkedAsyncRegistration(options, 'EventLogRetentionModule.forRootAsync');
    return { ...ConfigurableRetention.forRootAsync(options), module: EventLogRetentionModule };
  }
}

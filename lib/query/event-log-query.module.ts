import { type ConfigurableModuleAsyncOptions, type DynamicModule, Inject, Module, Optional } from '@nestjs/common';
import { checkedAsyncRegistration, checkedRegistration } from '../options/checks/checked-registration.js';
import type { EventLogQueryExtras } from './event-log-query-extras.interface.js';
import { ConfigurableQuery } from './event-log-query.module-definition.js';
import type { EventLogQueryOptions } from './query-options.interface.js';
import { QuerySettings } from './query-settings.js';

/** Reads events, over HTTP for keys with `events:read`, and by `EventQueryService` for the host's own code. */
@Module({})
export class EventLogQueryModule {
  constructor(@Inject(QuerySettings) @Optional() settings?: object) {
    if (settings !== undefined) return;
    throw new Error('EventLogQueryModule needs options: import EventLogQueryModule.forRoot() instead of EventLogQueryModule.');
  }

  /**
   * The module with these options and extras. Throws, or refuses to boot, where one is wrong; the message names it and the fix.
   *
   * @example
   * ```ts
   * imports: [
   *   EventLogModule.forRoot({ apiKeys, storage: typeOrmStorage() }),
   *   EventLogQueryModule.forRoot({ path: 'query', queryTimeout: 5_000 }),
   * ]
   * ```
   */
  static forRoot(options: EventLogQueryOptions & EventLogQueryExtras = {}): DynamicModule {
    checkedRegistration(options, 'EventLogQueryModule.forRoot({ path })');
    return { ...ConfigurableQuery.forRoot(options), module: EventLogQueryModule };
  }

  /** The module with options from a factory, beside which the extras stand, as in `EventLogModule.forRootAsync()`. */
  static forRootAsync(
    options: ConfigurableModuleAsyncOptions<EventLogQueryOptions, 'createEventLogQueryOptions'> & EventLogQueryExtras,
  ): DynamicModule {
    checkedAsyncRegistration(options, 'EventLogQueryModule.forRootAsync');
    return { ...ConfigurableQuery.forRootAsync(options), module: EventLogQueryModule };
  }
}

import { type ConfigurableModuleAsyncOptions, type DynamicModule, Inject, Module, Optional } from '@nestjs/common';
import { checkedAsyncRegistration, checkedRegistration } from '../options/checks/checked-registration.js';
import type { EventLogClickHouseExtras, EventLogClickHouseOptions } from './clickhouse-options.interface.js';
import { ClickHouseCopyService } from './copying/clickhouse-copy.service.js';
import { ConfigurableClickHouse } from './event-log-clickhouse.module-definition.js';

/**
 * Copies the log into ClickHouse, to be read from: at most once and nothing missing, through crashes of either, on one instance at
 * a time. A new copy begins with the first event. Writes never wait for it, and a host boots without its ClickHouse.
 */
@Module({})
export class EventLogClickHouseModule {
  constructor(@Inject(ClickHouseCopyService) @Optional() copy?: object) {
    if (copy !== undefined) return;
    throw new Error(
      'EventLogClickHouseModule needs options: import EventLogClickHouseModule.forRoot({ url }) instead of EventLogClickHouseModule.',
    );
  }

  /**
   * The module with these options. Throws, or refuses to boot, where one is wrong; the message names it and the fix.
   *
   * @example
   * ```ts
   * imports: [
   *   EventLogModule.forRoot({ apiKeys, storage: typeOrmStorage() }),
   *   EventLogClickHouseModule.forRoot({ url: process.env.CLICKHOUSE_URL, database: 'events' }),
   *   EventLogQueryModule.forRoot({ reader: clickHouseReader() }),
   * ]
   * ```
   */
  static forRoot(options: EventLogClickHouseOptions & EventLogClickHouseExtras): DynamicModule {
    checkedRegistration(options, 'EventLogClickHouseModule.forRoot({ url })');
    return { ...ConfigurableClickHouse.forRoot(options), module: EventLogClickHouseModule };
  }

  /** The module with options from a factory, beside which the extras stand, as in `EventLogModule.forRootAsync()`. */
  static forRootAsync(
    options: ConfigurableModuleAsyncOptions<EventLogClickHouseOptions, 'createEventLogClickHouseOptions'> &
      EventLogClickHouseExtras,
  ): DynamicModule {
    checkedAsyncRegistration(options, 'EventLogClickHouseModule.forRootAsync');
    return { ...ConfigurableClickHouse.forRootAsync(options), module: EventLogClickHouseModule };
  }
}

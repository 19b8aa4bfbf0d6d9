import { ConfigurableModuleBuilder, type DynamicModule, Module } from '@nestjs/common';
import { ConsumerStore } from '../storage/consumers/consumer.store.js';
import { ConsumerStoreModule } from '../storage/consumers/consumer-store.module.js';
import { EventFeed } from '../storage/event-feed.js';
import { EventFeedModule } from '../storage/event-feed.module.js';
import { EVENT_READER } from '../storage/event-storage.js';
import { ClickHouse } from './clickhouse.js';
import type { EventLogClickHouseExtras, EventLogClickHouseOptions } from './clickhouse-options.interface.js';
import { ClickHouseSettings } from './clickhouse-settings.js';
import { CLICKHOUSE_SERVER } from './clickhouse.token.js';
import { ClickHouseCopy } from './copying/clickhouse-copy.js';
import { ClickHouseCopyService } from './copying/clickhouse-copy.service.js';
import { StoreCopyService } from './copying/store-copy.service.js';

/** Injection token of the options as the host gave them; `ClickHouseSettings` are those in force. */
const CLICKHOUSE_OPTIONS = Symbol('EVENT_LOG:CLICKHOUSE_OPTIONS');

/** By these names Nest tells extras from options. */
const NO_EXTRAS: Record<keyof EventLogClickHouseExtras, undefined> = { isGlobal: undefined };

export const { ConfigurableModuleClass: ConfigurableClickHouse } = new ConfigurableModuleBuilder<EventLogClickHouseOptions>({
  moduleName: 'EventLogClickHouse',
  optionsInjectionToken: CLICKHOUSE_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createEventLogClickHouseOptions')
  .setExtras<EventLogClickHouseExtras>(NO_EXTRAS, toDynamicModule)
  .build();

/** The server, for every module of the library; hosts have no name for it. */
@Module({})
class ClickHouseServerModule {}

function toDynamicModule(definition: DynamicModule, { isGlobal = false }: EventLogClickHouseExtras): DynamicModule {
  const server: DynamicModule = {
    module: ClickHouseServerModule,
    global: true,
    imports: definition.imports,
    providers: [
      ...(definition.providers ?? []),
      {
        provide: CLICKHOUSE_SERVER,
        useFactory: (options: EventLogClickHouseOptions) =>
          ClickHouse.open(new ClickHouseSettings(options, Object.keys(NO_EXTRAS))),
        inject: [CLICKHOUSE_OPTIONS],
      },
    ],
    exports: [CLICKHOUSE_SERVER],
  };
  return {
    module: definition.module,
    global: isGlobal,
    imports: [server, EventFeedModule, ConsumerStoreModule],
    providers: [
      { provide: ClickHouse, useExisting: CLICKHOUSE_SERVER },
      ClickHouseCopy,
      {
        provide: ClickHouseCopyService,
        useFactory: (...parts: ConstructorParameters<typeof StoreCopyService>) => new StoreCopyService(...parts),
        inject: [ClickHouse, EventFeed, ConsumerStore, EVENT_READER],
      },
    ],
    exports: [ClickHouseCopyService],
  };
}

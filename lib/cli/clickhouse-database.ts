import type { DataSourceOptions } from 'typeorm';
import type { ClickHouse } from '../clickhouse/clickhouse.js';
import type { ClickHouseCopyService } from '../clickhouse/copying/clickhouse-copy.service.js';
import { unusable, withDataSource } from './database.js';
import { EXIT, Failure } from './failure.js';

interface CopyPlace {
  readonly url: string;
  readonly database?: string;
  readonly cluster?: string;
}

/** Makes the service of a copy, in the database of a server. */
export type CopyOf = (options: CopyPlace) => Promise<ClickHouseCopyService>;

/** Does something with the copy of a database, through the TypeORM, the driver and the client of the host. */
export function withClickHouse<T>(options: DataSourceOptions, work: (copyOf: CopyOf) => Promise<T>): Promise<T> {
  return withDataSource(options, async (dataSource) => {
    const { TypeOrmConsumerStore } = await import('../typeorm/consumers/typeorm-consumer.store.js');
    const { TypeOrmEventFeed } = await import('../typeorm/feed/typeorm-event.feed.js');
    const { TypeOrmEventReader } = await import('../typeorm/reading/typeorm-event.reader.js');
    const { StoreCopyService } = await import('../clickhouse/copying/store-copy.service.js');
    const reader = new TypeOrmEventReader(dataSource);
    const opened: ClickHouse[] = [];
    try {
      const store = new TypeOrmConsumerStore(dataSource);
      await store.onModuleInit().catch(unusable);
      return await work(async (given) => {
        const clickHouse = await openClickHouse(given);
        opened.push(clickHouse);
        return new StoreCopyService(clickHouse, new TypeOrmEventFeed(dataSource), store, async () => reader);
      });
    } finally {
      for (const clickHouse of opened) await clickHouse.onApplicationShutdown();
      await reader.onApplicationShutdown();
    }
  });
}

async function openClickHouse(given: CopyPlace): Promise<ClickHouse> {
  const { ClickHouse } = await import('../clickhouse/clickhouse.js');
  const { ClickHouseSettings } = await import('../clickhouse/clickhouse-settings.js');
  try {
    return await ClickHouse.open(new ClickHouseSettings(given));
  } catch (error) {
    throw new Failure(error instanceof TypeError ? EXIT.usage : EXIT.unavailable, (error as Error).message);
  }
}

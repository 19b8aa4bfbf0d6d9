import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { ConsumerService } from '../consumers/consumer.service.js';
import type { EventQueryService } from '../query/event-query.service.js';
import type { ApiKeyService } from '../typeorm/keys/api-key.service.js';
import { EXIT, Failure, missingPackage } from './failure.js';

const REFUSED = /^(?:28P01|28000|ER_ACCESS_DENIED_ERROR|ER_DBACCESS_DENIED_ERROR)$/;
const NO_DATABASE = /^(?:3D000|ER_BAD_DB_ERROR)$/;

/** Does something with the keys of a database, through the TypeORM and the driver of the host. */
export function withKeys<T>(options: DataSourceOptions, work: (keys: ApiKeyService) => Promise<T>): Promise<T> {
  return withDataSource(options, async (dataSource) => {
    const { ApiKeyService } = await import('../typeorm/keys/api-key.service.js');
    const { openApiKeyTable } = await import('../typeorm/keys/api-key-table.js');
    await openApiKeyTable(dataSource).catch(unusable);
    return work(new ApiKeyService(dataSource));
  });
}

/** The same with the events of a database. */
export function withEvents<T>(options: DataSourceOptions, work: (events: EventQueryService) => Promise<T>): Promise<T> {
  return withDataSource(options, async (dataSource) => {
    const { openEventTable, TypeOrmEventReader } = await import('../typeorm/reading/typeorm-event.reader.js');
    const { EventQueryService } = await import('../query/event-query.service.js');
    const { eventQueriesOf } = await import('./event-queries.js');
    const reader = new TypeOrmEventReader(dataSource);
    try {
      await openEventTable(dataSource).catch(unusable);
      return await work((await eventQueriesOf(reader)).get(EventQueryService));
    } finally {
      await reader.onApplicationShutdown();
    }
  });
}

/** The same with the consumers of a database. */
export function withConsumers<T>(options: DataSourceOptions, work: (consumers: ConsumerService) => Promise<T>): Promise<T> {
  return withDataSource(options, async (dataSource) => {
    const { TypeOrmConsumerStore } = await import('../typeorm/consumers/typeorm-consumer.store.js');
    const { TypeOrmEventFeed } = await import('../typeorm/feed/typeorm-event.feed.js');
    const { ConsumerService } = await import('../consumers/consumer.service.js');
    const [store, feed] = [new TypeOrmConsumerStore(dataSource), new TypeOrmEventFeed(dataSource)];
    await store.onModuleInit().catch(unusable);
    return work(new ConsumerService(store, feed));
  });
}

/** Opens a data source that knows the entities of the library, and closes it when the work is done. */
export async function withDataSource<T>(options: DataSourceOptions, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const { DataSource } = await typeorm();
  const { EventEntity } = await import('../typeorm/events/event.entity.js');
  const { ApiKeyEntity } = await import('../typeorm/keys/api-key.entity.js');
  const entities = [EventEntity, ApiKeyEntity];
  const dataSource = await connect(options, () => new DataSource({ ...options, entities, migrations: [], logging: false }));
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

export function typeorm(): Promise<typeof import('typeorm')> {
  return import('typeorm').catch(() => {
    throw missingPackage('typeorm');
  });
}

export function unusable({ message }: Error): never {
  throw new Failure(EXIT.unavailable, message);
}

/** A file that does not exist is not made, as a mistyped name would be a database without tables; but for `create`. */
export async function connect(
  options: DataSourceOptions,
  create: () => DataSource,
  missingFile: 'refuse' | 'create' = 'refuse',
): Promise<DataSource> {
  if (missingFile === 'refuse' && options.type === 'better-sqlite3' && !existsSync(options.database)) {
    throw new Failure(
      EXIT.unavailable,
      `The file of the database does not exist; migrate up makes it: ${resolve(options.database)}`,
    );
  }
  try {
    return await create().initialize();
  } catch (error) {
    throw new Failure(EXIT.unavailable, faultOf(error as Error & { code?: string }, options));
  }
}

// By the code alone: with an unencoded `@` in it, a part of the password would be taken for the host, and be quoted.
function faultOf({ name, message, code = name }: Error & { code?: string }, { type, database }: DataSourceOptions): string {
  if (name === 'DriverPackageNotInstalledError') return message;
  if (type === 'better-sqlite3') return `The file can't be opened as a database of SQLite (${code}): ${String(database)}`;
  if (REFUSED.test(code)) return `The database refuses the user or the password (${code}).`;
  if (NO_DATABASE.test(code)) return `The server has no database of this name (${code}).`;
  return `The database can't be reached (${code}).`;
}

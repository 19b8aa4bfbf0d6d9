import type { EventStorage } from '../../storage/event-storage.js';
import { registerEntity, withDataSource } from '../with-data-source.js';
import { EventEntity } from './event.entity.js';
import { TypeOrmEventFeed } from '../feed/typeorm-event.feed.js';
import { TypeOrmEventRepository } from './typeorm-event.repository.js';

/** Where events are stored with TypeORM. */
export interface TypeOrmStorageOptions {
  /**
   * Name of the data source, as given to `TypeOrmModule.forRoot({ name })`.
   * @default the default data source
   */
  dataSource?: string;
}

/**
 * Stores events in a data source of the host: better-sqlite3, PostgreSQL, MySQL or MariaDB. It needs
 * `TypeOrmModule.forRoot({ autoLoadEntities: true, migrations: eventLogMigrations, migrationsRun: true, … })`.
 */
export function typeOrmStorage({ dataSource = 'default' }: TypeOrmStorageOptions = {}): EventStorage {
  registerEntity(EventEntity, dataSource);
  return {
    repository: withDataSource(
      'typeOrmStorage',
      dataSource,
      (source, settings) => new TypeOrmEventRepository(source, settings?.maxBodyBytes),
    ),
    feed: withDataSource('typeOrmStorage', dataSource, (source) => new TypeOrmEventFeed(source)),
  };
}

import type { EventStorage } from '../../storage/event-storage.js';
import { TypeOrmConsumerStore } from '../consumers/typeorm-consumer.store.js';
import { TypeOrmConversationStore } from '../conversations/typeorm-conversation.store.js';
import { TypeOrmEventEraser } from '../erasing/typeorm-event.eraser.js';
import { readerSource } from '../reading/reader-source.js';
import { registerEntity, withDataSource } from '../with-data-source.js';
import { EventEntity } from './event.entity.js';
import { TypeOrmEventFeed } from '../feed/typeorm-event.feed.js';
import { TypeOrmWebhookStore } from '../webhooks/typeorm-webhook.store.js';
import { TypeOrmEventRepository } from './typeorm-event.repository.js';

/** Where events are stored with TypeORM. */
export interface TypeOrmStorageOptions {
  /**
   * Name of the data source, as given to `TypeOrmModule.forRoot({ name })`.
   * @default the default data source
   */
  dataSource?: string;
  /**
   * Name of the data source that events are read from, such as one of a replica. It needs the same table, and the entity:
   * `autoLoadEntities: true`, or `entities: [EventEntity]`. An event is found there as soon as it has been replicated.
   * @default the data source that they are stored in
   * @example
   * TypeOrmModule.forRoot({ name: 'replica', autoLoadEntities: true, … });
   * typeOrmStorage({ readFrom: 'replica' });
   */
  readFrom?: string;
}

/**
 * Stores events in a data source of the host: better-sqlite3, PostgreSQL, MySQL or MariaDB, and reads them from all of these but
 * MySQL, where a host that reads does not boot. It needs
 * `TypeOrmModule.forRoot({ autoLoadEntities: true, migrations: eventLogMigrations, migrationsRun: true, … })`.
 */
export function typeOrmStorage({ dataSource = 'default', readFrom = dataSource }: TypeOrmStorageOptions = {}): EventStorage {
  for (const name of new Set([dataSource, readFrom])) registerEntity(EventEntity, name);
  return {
    repository: withDataSource(
      'typeOrmStorage',
      dataSource,
      (source, settings) => new TypeOrmEventRepository(source, settings?.maxBodyBytes),
    ),
    reader: readerSource(dataSource, readFrom),
    feed: withDataSource('typeOrmStorage', dataSource, (source) => new TypeOrmEventFeed(source)),
    eraser: withDataSource('typeOrmStorage', dataSource, (source) => new TypeOrmEventEraser(source)),
    consumers: withDataSource('typeOrmStorage', dataSource, (source) => new TypeOrmConsumerStore(source)),
    webhooks: withDataSource('typeOrmStorage', dataSource, (source) => new TypeOrmWebhookStore(source)),
    conversations: withDataSource('typeOrmStorage', dataSource, (source) => new TypeOrmConversationStore(source)),
  };
}

import type { MigrationInterface } from 'typeorm';
import { CreateEventLogEvents1767225600000 } from './migrations/1767225600000-create-event-log-events.js';
import { CreateEventLogApiKeys1767312000000 } from './migrations/1767312000000-create-event-log-api-keys.js';
import { AddEventLogContentDigest1767398400000 } from './migrations/1767398400000-add-event-log-content-digest.js';
import { AddEventLogFields1767484800000 } from './migrations/1767484800000-add-event-log-fields.js';
import { AddEventLogKeyEntityTypes1767571200000 } from './migrations/1767571200000-add-event-log-key-entity-types.js';
import { AddEventLogUserKey1767657600000 } from './migrations/1767657600000-add-event-log-user-key.js';
import { AddEventLogReadingIndexes1767744000000 } from './migrations/1767744000000-add-event-log-reading-indexes.js';
import { AddEventLogFeed1767830400000 } from './migrations/1767830400000-add-event-log-feed.js';
import { CreateEventLogConsumers1767916800000 } from './migrations/1767916800000-create-event-log-consumers.js';
import { CreateEventLogWebhooks1768003200000 } from './migrations/1768003200000-create-event-log-webhooks.js';
import { CreateEventLogErasures1768089600000 } from './migrations/1768089600000-create-event-log-erasures.js';
import { CreateEventLogConversations1768176000000 } from './migrations/1768176000000-create-event-log-conversations.js';
import { PartitionEventLogByDay1768262400000 } from './migrations/1768262400000-partition-event-log-by-day.js';

export { TypeOrmConsumerStore } from './consumers/typeorm-consumer.store.js';
export { TypeOrmConversationStore } from './conversations/typeorm-conversation.store.js';
export { ApiKeyEntity } from './keys/api-key.entity.js';
export { ApiKeyService, type CreatedApiKey } from './keys/api-key.service.js';
export type { StoredApiKey } from './keys/stored-api-key.js';
export { TypeOrmEventEraser } from './erasing/typeorm-event.eraser.js';
export { EventEntity } from './events/event.entity.js';
export type { NewApiKey } from './keys/new-api-key.js';
export { typeOrmApiKeys, type TypeOrmApiKeysOptions } from './keys/typeorm-api-keys.js';
export { TypeOrmEventFeed } from './feed/typeorm-event.feed.js';
export { TypeOrmEventRepository } from './events/typeorm-event.repository.js';
export { typeOrmStorage, type TypeOrmStorageOptions } from './events/typeorm-storage.js';
export { TypeOrmWebhookStore } from './webhooks/typeorm-webhook.store.js';

/**
 * For the `migrations` of the data source: they make the tables, and go on where one was cut short.
 *
 * @example
 * ```ts
 * TypeOrmModule.forRoot({ …, autoLoadEntities: true, migrations: eventLogMigrations, migrationsRun: true });
 * ```
 */
export const eventLogMigrations: (new () => MigrationInterface)[] = [
  CreateEventLogEvents1767225600000,
  CreateEventLogApiKeys1767312000000,
  AddEventLogContentDigest1767398400000,
  AddEventLogFields1767484800000,
  AddEventLogKeyEntityTypes1767571200000,
  AddEventLogUserKey1767657600000,
  AddEventLogReadingIndexes1767744000000,
  AddEventLogFeed1767830400000,
  CreateEventLogErasures1768089600000,
];

/**
 * Beside `eventLogMigrations`, where `EventLogConsumersModule` is used: they make the tables of consumers and of webhooks.
 *
 * @example
 * ```ts
 * TypeOrmModule.forRoot({ …, migrations: [...eventLogMigrations, ...eventLogConsumerMigrations], migrationsRun: true });
 * ```
 */
export const eventLogConsumerMigrations: (new () => MigrationInterface)[] = [
  CreateEventLogConsumers1767916800000,
  CreateEventLogWebhooks1768003200000,
];

/**
 * Beside `eventLogMigrations`, where `EventLogConversationsModule` is used: they make the tables of conversations and of feedback.
 *
 * @example
 * ```ts
 * TypeOrmModule.forRoot({ …, migrations: [...eventLogMigrations, ...eventLogConversationMigrations], migrationsRun: true });
 * ```
 */
export const eventLogConversationMigrations: (new () => MigrationInterface)[] = [CreateEventLogConversations1768176000000];

/**
 * Beside `eventLogMigrations`, for more than some 10⁸ events in PostgreSQL: has it keep events by the day of their receipt, so that
 * `EventLogRetentionModule` drops whole days. An insert looks for its id in each day that is kept. Other engines stay as they are.
 *
 * @example
 * ```ts
 * TypeOrmModule.forRoot({ …, migrations: [...eventLogMigrations, ...eventLogDayMigrations], migrationsRun: true });
 * ```
 */
export const eventLogDayMigrations: (new () => MigrationInterface)[] = [PartitionEventLogByDay1768262400000];

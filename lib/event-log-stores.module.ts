import { type DynamicModule, Module } from '@nestjs/common';
import { ApiKeyStore } from './auth/api-key.store.js';
import { apiKeyProviders } from './auth/api-key-providers.js';
import { NO_KEYS } from './auth/no-keys.js';
import type { EventLogExtras } from './event-log-extras.interface.js';
import { EventRepository } from './storage/event.repository.js';
import { InMemoryConsumerStore } from './storage/consumers/in-memory-consumer.store.js';
import { InMemoryConversationStore } from './storage/conversations/in-memory-conversation.store.js';
import {
  CONSUMERS_OF_STORE,
  CONVERSATIONS_OF_STORE,
  ERASER_OF_STORE,
  FEED_OF_STORE,
  READER_OF_STORE,
  type EventStorage,
  storageProviders,
  WEBHOOKS_OF_STORE,
} from './storage/event-storage.js';
import { InMemoryEventEraser } from './storage/in-memory-event.eraser.js';
import { InMemoryEventReader } from './storage/in-memory-event.reader.js';
import { InMemoryEventFeed } from './storage/in-memory-event.feed.js';
import { InMemoryEventRepository } from './storage/in-memory-event.repository.js';
import { InMemoryWebhookStore } from './storage/webhooks/in-memory-webhook.store.js';

/** The stores under the public classes by which hosts inject them, and override them in tests. */
@Module({})
export class EventLogStoresModule {
  static register({ storage = IN_MEMORY, keyStore, route = true }: EventLogExtras): DynamicModule {
    const providers = storageProviders(storage);
    return {
      module: EventLogStoresModule,
      imports: [...(storage.imports ?? []), ...(keyStore?.imports ?? [])],
      providers: [...providers, ...apiKeyProviders(keyStore, route ? undefined : NO_KEYS)],
      exports: [EventRepository, ...PARTS, ApiKeyStore, ...(keyStore?.providers ?? [])],
    };
  }
}

const PARTS = [READER_OF_STORE, FEED_OF_STORE, ERASER_OF_STORE, CONSUMERS_OF_STORE, WEBHOOKS_OF_STORE, CONVERSATIONS_OF_STORE];

const IN_MEMORY: EventStorage = {
  repository: InMemoryEventRepository,
  reader: InMemoryEventReader,
  feed: InMemoryEventFeed,
  eraser: InMemoryEventEraser,
  consumers: InMemoryConsumerStore,
  webhooks: InMemoryWebhookStore,
  conversations: InMemoryConversationStore,
};

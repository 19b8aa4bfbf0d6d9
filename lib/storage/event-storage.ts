import type { ModuleMetadata, Provider } from '@nestjs/common';
import { providerOf, type ProviderSource } from '../options/checks/provider-source.js';
import { typeName } from '../options/checks/type-name.js';
import type { ConsumerStore } from './consumers/consumer.store.js';
import type { ConversationStore } from './conversations/conversation.store.js';
import type { EventEraser } from './event-eraser.js';
import type { EventFeed } from './event-feed.js';
import type { EventReader } from './event-reader.js';
import { EventRepository } from './event.repository.js';
import { partProvider } from './storage-part.js';
import type { WebhookStore } from './webhooks/webhook.store.js';

/** Injection tokens of what builds the parts of the store, in the module of the stores. */
export const READER_OF_STORE = Symbol('EVENT_LOG:READER_OF_STORE');
export const FEED_OF_STORE = Symbol('EVENT_LOG:FEED_OF_STORE');
export const ERASER_OF_STORE = Symbol('EVENT_LOG:ERASER_OF_STORE');
export const CONSUMERS_OF_STORE = Symbol('EVENT_LOG:CONSUMERS_OF_STORE');
export const WEBHOOKS_OF_STORE = Symbol('EVENT_LOG:WEBHOOKS_OF_STORE');
export const CONVERSATIONS_OF_STORE = Symbol('EVENT_LOG:CONVERSATIONS_OF_STORE');

/** The same for every module of the library. Nest tells their text where they are missing. */
export const EVENT_READER = Symbol('EventLogModule.forRoot({ apiKeys, storage }), to be imported beside the module that reads');
export const EVENT_FEED = Symbol('EventLogModule.forRoot({ apiKeys, storage }), to be imported beside the module that follows');
export const EVENT_ERASER = Symbol('EventLogModule.forRoot({ apiKeys, storage }), to be imported beside the module that erases');
export const CONSUMER_STORE = Symbol(
  'EventLogModule.forRoot({ apiKeys, storage }), to be imported beside EventLogConsumersModule',
);
export const WEBHOOK_STORE = Symbol(
  'EventLogModule.forRoot({ apiKeys, storage }), to be imported beside EventLogConsumersModule',
);
export const CONVERSATION_STORE = Symbol(
  'EventLogModule.forRoot({ apiKeys, storage }), to be imported beside EventLogConversationsModule',
);

/** A store for the `storage` extra: its parts, and the modules that they need. */
export interface EventStorage {
  /** The store, as a class that Nest builds or a factory; Nest calls its `onModuleInit()` and the like, if it has them. */
  repository: ProviderSource<EventRepository>;
  /**
   * How its events are read.
   * @default none: a module that reads refuses to boot
   */
  reader?: ProviderSource<EventReader>;
  /**
   * How its events are followed in the order of commits.
   * @default none: a module that follows refuses to boot
   */
  feed?: ProviderSource<EventFeed>;
  /**
   * How its events are removed.
   * @default none: a module that removes refuses to boot
   */
  eraser?: ProviderSource<EventEraser>;
  /**
   * Where the positions of consumers are kept.
   * @default none: `EventLogConsumersModule` refuses to boot
   */
  consumers?: ProviderSource<ConsumerStore>;
  /**
   * Where the endpoints of webhooks are kept.
   * @default none: `EventLogConsumersModule` with `webhooks` refuses to boot
   */
  webhooks?: ProviderSource<WebhookStore>;
  /**
   * Where conversations and feedback are kept.
   * @default none: `EventLogConversationsModule` refuses to boot
   */
  conversations?: ProviderSource<ConversationStore>;
  /** The modules whose providers the class or the factory injects. */
  imports?: ModuleMetadata['imports'];
}

/** The parts of a store, all but the repository not yet built. */
export function storageProviders(storage: EventStorage): Provider[] {
  return [
    repositoryProvider(storage),
    partProvider(READER_OF_STORE, storage.reader, 'storage.reader'),
    partProvider(FEED_OF_STORE, storage.feed, 'storage.feed'),
    partProvider(ERASER_OF_STORE, storage.eraser, 'storage.eraser'),
    partProvider(CONSUMERS_OF_STORE, storage.consumers, 'storage.consumers'),
    partProvider(WEBHOOKS_OF_STORE, storage.webhooks, 'storage.webhooks'),
    partProvider(CONVERSATIONS_OF_STORE, storage.conversations, 'storage.conversations'),
  ];
}

function repositoryProvider(storage: EventStorage): Provider {
  if (typeof storage !== 'object' || storage === null || !('repository' in storage)) {
    throw new TypeError(
      `Expected \`storage\` to be { repository, imports? }, such as typeOrmStorage(), got ${typeName(storage)}.${fixFor(storage)}`,
    );
  }
  return { provide: EventRepository, ...providerOf(storage.repository, 'storage.repository') };
}

function fixFor(storage: unknown): string {
  if (storage instanceof EventRepository) return ' Give its class: { repository: TheClass }.';
  if (typeof storage !== 'function') return '';
  const isRepository = storage.prototype instanceof EventRepository;
  return isRepository ? ` Write { repository: ${storage.name} }.` : ` Call it: ${storage.name}().`;
}

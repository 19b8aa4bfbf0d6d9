export { ApiKeyGuard } from './auth/api-key.guard.js';
export type { ApiKey } from './auth/api-key.interface.js';
export { ApiKeyStore } from './auth/api-key.store.js';
export type { ApiKeyStorage } from './auth/api-key-storage.js';
export { apiKeyDigest } from './auth/api-key-digest.js';
export type { AuthenticatedRequest } from './auth/authenticated-request.interface.js';
export { RateLimitGuard } from './auth/rate-limit.guard.js';
export { RequireScopes } from './auth/require-scopes.decorator.js';
export type { EventLogIntakeExtras } from './event-log-intake-extras.interface.js';
export { EventLogIntakeModule } from './event-log-intake.module.js';
export { EventLogModule } from './event-log.module.js';
export type { EventLogExtras } from './event-log-extras.interface.js';
export { CONTRACT_ENTITY_TYPES } from './events/entity-types/contract-entity-types.js';
export { ConversationEventDto } from './events/entity-types/conversation-event.dto.js';
export { EventDto } from './events/entity-types/event.dto.js';
export { EventType, type EventTypeOptions } from './events/entity-types/event-type.decorator.js';
export { MessageEventDto } from './events/entity-types/message-event.dto.js';
export { SearchEventDto } from './events/entity-types/search-event.dto.js';
export type { EventInputOf, EventOf, FunctionKeys, JsonInput, JsonOutput, OwnFieldsOf } from './events/typed-event.js';
export type {
  ContractEvent,
  EventFields,
  EntityReference,
  EventInput,
  EventRecord,
  JsonObject,
  JsonValue,
  OwnEntityReference,
  StoredEvent,
} from './events/event.interface.js';
export type { EventScope } from './events/event-scope.interface.js';
export { ConflictingEventException } from './events/conflicting-event.exception.js';
export { ErasedEventException } from './events/erased-event.exception.js';
export { erasedIdDigest } from './events/erased-id-digest.js';
export { InvalidEventException } from './events/invalid-event.exception.js';
export type { FieldError } from './events/validation/field-error.interface.js';
export type { HttpRequest } from './http/http-request.js';
export type { ProblemDetails } from './http/problem-details.interface.js';
export { ProblemDetailsFilter } from './http/problem-details.filter.js';
export type { BatchResult, ItemResult } from './ingestion/batch-result.interface.js';
export { EventLogService } from './ingestion/event-log.service.js';
export type { EventContext } from './ingestion/hooks/event-context.interface.js';
export type { EventHook } from './ingestion/hooks/event-hook.interface.js';
export { NoteClientHook } from './ingestion/hooks/note-client.hook.js';
export { redactPaths } from './ingestion/hooks/redact-paths.hook.js';
export type { RedactPathsOptions } from './ingestion/hooks/redact-paths.options.js';
export type { LogOutcome } from './ingestion/log-outcome.js';
export { EventsController } from './ingestion/events.controller.js';
export type { ApiKeyGrant, ApiKeyKind, ApiKeyOptions, ApiKeyScope } from './options/api-key-options.interface.js';
export type { ProviderSource } from './options/checks/provider-source.js';
export type { EventLogIntakeOptions } from './options/event-log-intake-options.interface.js';
export type { EventLogOptions, EventLogOptionsFactory } from './options/event-log-options.interface.js';
export type { RateLimit } from './options/rate-limit.interface.js';
export type { Durability } from './storage/durability.interface.js';
export type * from './storage/erasure.interface.js';
export type { ErasureRequestStore } from './storage/erasure-request.store.js';
export { type AgingEvent, type EventDays, EventEraser, type EventKey } from './storage/event-eraser.js';
export {
  type ChangedRecord,
  type ErasedRecord,
  EventFeed,
  type FeedPage,
  type FeedPosition,
  type FeedRecord,
  type FeedStart,
  type StoredRecord,
} from './storage/event-feed.js';
export { EventReader } from './storage/event-reader.js';
export type * from './storage/reading/event-query.interface.js';
export { QueryRefusal } from './storage/reading/query-refusal.js';
export { timeBuckets } from './storage/reading/time-buckets.js';
export { EventRepository, type InsertOutcome } from './storage/event.repository.js';
export type { EventStorage } from './storage/event-storage.js';
export type * from './storage/consumers/consumer-state.interface.js';
export { ConsumerStore } from './storage/consumers/consumer.store.js';
export { InMemoryConsumerStore } from './storage/consumers/in-memory-consumer.store.js';
export { ConversationStore } from './storage/conversations/conversation.store.js';
export { InMemoryConversationStore } from './storage/conversations/in-memory-conversation.store.js';
export type * from './storage/conversations/stored-conversation.interface.js';
export { InMemoryWebhookStore } from './storage/webhooks/in-memory-webhook.store.js';
export type * from './storage/webhooks/stored-webhook.interface.js';
export { WebhookStore } from './storage/webhooks/webhook.store.js';
export { InMemoryEventEraser } from './storage/in-memory-event.eraser.js';
export { InMemoryEventReader } from './storage/in-memory-event.reader.js';
export { InMemoryEventFeed } from './storage/in-memory-event.feed.js';
export { InMemoryEventRepository, type NumberedErasure, type NumberedEvent } from './storage/in-memory-event.repository.js';

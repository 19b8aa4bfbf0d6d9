import { type DynamicModule, Module } from '@nestjs/common';
import { ApiKeyLookup } from './auth/api-key-lookup.js';
import { API_KEYS, ApiKeyStore } from './auth/api-key.store.js';
import { RateLimiter } from './auth/rate-limiter.js';
import { RequestCounter } from './auth/request-counter.js';
import type { EventLogExtras } from './event-log-extras.interface.js';
import { UnknownEntityTypesWarning } from './auth/unknown-entity-types.warning.js';
import { NO_EXTRAS } from './event-log-extras.js';
import { CONTRACT_ENTITY_TYPES } from './events/entity-types/contract-entity-types.js';
import { EntityTypeRegistry } from './events/entity-types/entity-type.registry.js';
import { EventParser } from './events/event-parser.js';
import { RequestBodyReader } from './http/body/request-body.reader.js';
import { UploadBudget } from './http/body/upload-budget.js';
import { OwnRoutes } from './http/own-routes.js';
import { PendingAnswers } from './http/pending-answers.js';
import { MODULE_OPTIONS_TOKEN } from './event-log-options.token.js';
import { checkedEntityTypes } from './options/checks/checked-entity-types.js';
import type { EventLogOptions } from './options/event-log-options.interface.js';
import { EventLogSettings } from './options/event-log-settings.js';

/**
 * What every module of the library may inject without importing anything: settings, keys, entity types with
 * the parser of events, and the parts of `http`. It is
 * global, so it exports nothing under a name that a host can write: what hosts inject is up to `EventLogModule`.
 */
@Module({
  providers: [
    {
      provide: EventLogSettings,
      useFactory: (options: EventLogOptions) => new EventLogSettings(options, Object.keys(NO_EXTRAS)),
      inject: [MODULE_OPTIONS_TOKEN],
    },
    {
      provide: EventParser,
      useFactory: (entityTypes: EntityTypeRegistry, { maxBodyBytes }: EventLogSettings) =>
        new EventParser(entityTypes, maxBodyBytes),
      inject: [EntityTypeRegistry, EventLogSettings],
    },
    { provide: API_KEYS, useExisting: ApiKeyStore },
    ApiKeyLookup,
    UnknownEntityTypesWarning,
    RequestCounter,
    RateLimiter,
    UploadBudget,
    RequestBodyReader,
    PendingAnswers,
    OwnRoutes,
  ],
  exports: [
    EventLogSettings,
    EntityTypeRegistry,
    EventParser,
    API_KEYS,
    ApiKeyLookup,
    RateLimiter,
    UploadBudget,
    RequestBodyReader,
    PendingAnswers,
    OwnRoutes,
  ],
})
export class EventLogCoreModule {
  /** `options` is what the builder made of `forRoot()` or `forRootAsync()`; `stores` is where the aliased providers live. */
  static register(
    { imports = [], providers = [] }: DynamicModule,
    stores: DynamicModule,
    { entityTypes = CONTRACT_ENTITY_TYPES }: Pick<EventLogExtras, 'entityTypes'>,
  ): DynamicModule {
    const registry = { provide: EntityTypeRegistry, useFactory: () => new EntityTypeRegistry(checkedEntityTypes(entityTypes)) };
    return { module: EventLogCoreModule, global: true, imports: [...imports, stores], providers: [...providers, registry] };
  }
}

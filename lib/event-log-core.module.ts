import { type DynamicModule, Module } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { UnknownEntityTypesWarning } from './auth/unknown-entity-types.warning.js';
import type { EventLogExtras } from './event-log-extras.interface.js';
import { EventLogHooksModule } from './event-log-hooks.module.js';
import { NO_EXTRAS } from './event-log-extras.js';
import { CONTRACT_ENTITY_TYPES } from './events/entity-types/contract-entity-types.js';
import { EntityTypeRegistry } from './events/entity-types/entity-type.registry.js';
import { EventParser } from './events/event-parser.js';
import { Observation } from './diagnostics/observation.js';
import { UploadBudget } from './http/body/upload-budget.js';
import { ConflictReport } from './ingestion/conflict-report.js';
import { EVENT_WRITER, EventWriter } from './ingestion/event-writer.js';
import { StoredEvents } from './ingestion/stored-events.js';
import { MODULE_OPTIONS_TOKEN, SHARED_SETTINGS } from './event-log-options.token.js';
import { checkedEntityTypes } from './options/checks/checked-entity-types.js';
import { checkImportedOnce } from './options/checks/imported-once.js';
import type { EventLogOptions } from './options/event-log-options.interface.js';
import { EventLogSettings } from './options/event-log-settings.js';
import { REQUEST_CHECKS } from './request-checks.js';
import {
  CONSUMER_STORE,
  CONSUMERS_OF_STORE,
  CONVERSATION_STORE,
  CONVERSATIONS_OF_STORE,
  ERASER_OF_STORE,
  EVENT_ERASER,
  EVENT_FEED,
  EVENT_READER,
  FEED_OF_STORE,
  READER_OF_STORE,
  WEBHOOK_STORE,
  WEBHOOKS_OF_STORE,
} from './storage/event-storage.js';
import { SharedTurns } from './timing/shared-turns.js';

/**
 * What every module of the library may inject without importing anything: settings, keys, entity types with the parser of
 * events, the reader of bodies and the writer. It is global, so it exports nothing under a name that a host can write: what
 * hosts inject is up to `EventLogModule`.
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
    { provide: SHARED_SETTINGS, useExisting: EventLogSettings },
    { provide: EVENT_READER, useExisting: READER_OF_STORE },
    { provide: EVENT_FEED, useExisting: FEED_OF_STORE },
    { provide: EVENT_ERASER, useExisting: ERASER_OF_STORE },
    { provide: CONSUMER_STORE, useExisting: CONSUMERS_OF_STORE },
    { provide: WEBHOOK_STORE, useExisting: WEBHOOKS_OF_STORE },
    { provide: CONVERSATION_STORE, useExisting: CONVERSATIONS_OF_STORE },
    ...REQUEST_CHECKS,
    UnknownEntityTypesWarning,
    Observation,
    SharedTurns,
    UploadBudget,
    StoredEvents,
    EventWriter,
    { provide: EVENT_WRITER, useExisting: EventWriter },
    ConflictReport,
  ],
  exports: [
    EventLogSettings,
    SHARED_SETTINGS,
    EntityTypeRegistry,
    EventParser,
    ...REQUEST_CHECKS,
    Observation,
    UploadBudget,
    SharedTurns,
    StoredEvents,
    EventWriter,
    EVENT_WRITER,
    ConflictReport,
    EventLogHooksModule,
    EVENT_READER,
    EVENT_FEED,
    EVENT_ERASER,
    CONSUMER_STORE,
    WEBHOOK_STORE,
    CONVERSATION_STORE,
  ],
})
export class EventLogCoreModule {
  constructor(modules: ModulesContainer) {
    checkImportedOnce(modules, EventLogCoreModule, 'EventLogModule');
  }

  /** `options` is what the builder made of `forRoot()` or `forRootAsync()`; `stores` is where the aliased providers live. */
  static register(
    { imports = [], providers = [] }: DynamicModule,
    stores: DynamicModule,
    hooks: DynamicModule,
    { entityTypes = CONTRACT_ENTITY_TYPES }: Pick<EventLogExtras, 'entityTypes'>,
  ): DynamicModule {
    const registry = { provide: EntityTypeRegistry, useFactory: () => new EntityTypeRegistry(checkedEntityTypes(entityTypes)) };
    return {
      module: EventLogCoreModule,
      global: true,
      imports: [...imports, stores, hooks],
      providers: [...providers, registry],
    };
  }
}

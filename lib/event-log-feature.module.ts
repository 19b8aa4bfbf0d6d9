import { type DynamicModule, Module, type Type } from '@nestjs/common';
import type { EventDto } from './events/entity-types/event.dto.js';
import { EntityTypeRegistry } from './events/entity-types/entity-type.registry.js';
import { EventLogService } from './ingestion/event-log.service.js';
import { checkedEntityTypes } from './options/checks/checked-entity-types.js';

/** Adds entity types to those of `EventLogModule`, which may be imported before or after it, and lets its importer log them. */
@Module({})
export class EventLogFeatureModule {
  static register(entityTypes: readonly Type<EventDto>[]): DynamicModule {
    const dtos = checkedEntityTypes(entityTypes, 'the argument of EventLogModule.forFeature()');
    const useFactory = (registry?: EntityTypeRegistry): void => {
      if (registry !== undefined) return registry.add(dtos);
      throw new Error(
        'EventLogModule.forFeature([…]) needs EventLogModule.forRoot({ apiKeys, storage }) in a module of the application.',
      );
    };
    // Of a token of its own, as a class of its own is a module of its own to Nest.
    const provide = Symbol('EVENT_LOG:ENTITY_TYPES');
    return {
      module: EventLogFeatureModule,
      providers: [{ provide, useFactory, inject: [{ token: EntityTypeRegistry, optional: true }] }, EventLogService],
      exports: [EventLogService],
    };
  }
}

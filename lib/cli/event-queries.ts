import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Observation } from '../diagnostics/observation.js';
import { CONTRACT_ENTITY_TYPES } from '../events/entity-types/contract-entity-types.js';
import { EntityTypeRegistry } from '../events/entity-types/entity-type.registry.js';
import { BoundedReader } from '../query/bounded-reader.js';
import { EventQueryService } from '../query/event-query.service.js';
import { QuerySettings } from '../query/query-settings.js';
import type { EventReader } from '../storage/event-reader.js';

/** Who waits at a terminal has more time than a browser. */
const QUERY_TIMEOUT_MS = 300_000;

class EventsModule {}

/** An application that has nothing but `EventQueryService` over a reader, of which it calls no hook: a command must write nothing. */
export function eventQueriesOf(reader: EventReader): Promise<INestApplicationContext> {
  const settings = new QuerySettings({ queryTimeout: QUERY_TIMEOUT_MS });
  const providers = [
    EventQueryService,
    { provide: BoundedReader, useFactory: () => new BoundedReader(reader, settings, new Observation()) },
    { provide: EntityTypeRegistry, useFactory: () => new EntityTypeRegistry(CONTRACT_ENTITY_TYPES) },
  ];
  return NestFactory.createApplicationContext({ module: EventsModule, providers }, { logger: false, abortOnError: false });
}

import type { ModuleMetadata, Type } from '@nestjs/common';
import type { ApiKeyStorage } from './auth/api-key-storage.js';
import type { EventDto } from './events/entity-types/event.dto.js';
import type { EventHook } from './ingestion/hooks/event-hook.interface.js';
import type { EventStorage } from './storage/event-storage.js';

/** What Nest must know before it builds providers; stands beside the factory of `forRootAsync`. */
export interface EventLogExtras {
  /**
   * Whether `POST {path}` is served. With `false`, events are logged by `EventLogService` alone, as in a worker or an
   * application context, and no keys are asked for.
   * @default true
   */
  route?: boolean;
  /**
   * Path of the route, below the host's global prefix and version.
   * @default 'events'
   */
  path?: string;
  /**
   * Where events are stored, e.g. `typeOrmStorage()`.
   * @default memory: events are lost on restart, and a warning at boot says so
   */
  storage?: EventStorage;
  /**
   * Where keys are looked up that are not among `apiKeys`, e.g. `typeOrmApiKeys()`.
   * @default nowhere
   */
  keyStore?: ApiKeyStorage;
  /**
   * The entity types of events, as classes with `@EventType()`: the whole list, to which `EventLogModule.forFeature()` adds.
   * @default CONTRACT_ENTITY_TYPES: messages, conversations and searches
   */
  entityTypes?: readonly Type<EventDto>[];
  /**
   * What looks at every event before it is stored, in this order: to add to it, to take from it, or to refuse it.
   * @default none
   */
  hooks?: readonly Type<EventHook>[];
  /**
   * The modules whose providers the `hooks` inject, and the factory of `forRootAsync`.
   * @default none
   */
  imports?: ModuleMetadata['imports'];
  /**
   * Decorators of the host's own for the module's controllers, e.g. `[Public()]` where a global guard of the host asks for it.
   * @default none
   */
  decorators?: readonly ClassDecorator[];
  /**
   * Makes the exported providers available in every module of the host.
   * @default false
   */
  isGlobal?: boolean;
}

import type { Type } from '@nestjs/common';
import type { EventDto } from '../events/entity-types/event.dto.js';
import type { ReadingOptions } from './event-filter.interface.js';

type Rest = [id: string, projectId?: string | null, options?: ReadingOptions];

/** What `find()` is given: the class of an entity type may stand in front. */
export type FindArguments = Rest | [entityType: Type<EventDto>, ...Rest];

export function findArgumentsOf(given: FindArguments): {
  id: string;
  projectId?: string | null;
  options?: ReadingOptions;
  entityType?: Type<EventDto>;
} {
  const [entityType, rest] = typeof given[0] === 'function' ? [given[0], given.slice(1) as Rest] : [undefined, given as Rest];
  return { entityType, id: rest[0], projectId: rest[1], options: rest[2] };
}

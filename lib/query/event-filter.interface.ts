import type { Type } from '@nestjs/common';
import type { EventDto } from '../events/entity-types/event.dto.js';
import type { ReadScope } from '../storage/reading/event-query.interface.js';

/** Which events; what is left out or undefined does not matter. */
export interface EventFilter {
  entityType?: string;
  /** What happened, in the caller's words. */
  type?: string;
  /** Inclusive: RFC 3339 with an offset, or a date in UTC. */
  from?: string | Date;
  /** Exclusive. */
  to?: string | Date;
  /** Null: of no project. */
  projectId?: string | null;
  /** Null: of no integration. */
  integrationId?: string | null;
  /** Who did it, by `userProperties.userId`, else `userProperties.id`. */
  userId?: string | number;
}

/** The same for the events of the entity type of a class. */
export type EventFilterOf<Dto extends EventDto> = Omit<EventFilter, 'entityType'> & { entityType: Type<Dto> };

/** Which page. */
export interface PageRequest {
  /**
   * Most events, up to 1,000.
   * @default 50
   */
  limit?: number;
  /** The `nextCursor` of the page before. */
  cursor?: string;
}

/** Whose events are read, and for how long. */
export interface ReadingOptions {
  /**
   * No event outside is read, whatever the request says.
   * @default all events
   */
  scope?: ReadScope;
  /** Aborted: the statement is stopped, and what is waited for rejects with the signal's reason. */
  signal?: AbortSignal;
}

import type { Type } from '@nestjs/common';
import type { EventDto } from '../events/entity-types/event.dto.js';
import type { JsonValue } from '../events/event.interface.js';
import type { Aggregate, JsonField, TimeUnit } from '../storage/reading/event-query.interface.js';

/**
 * A field of events. `eventType` and `entityType` are the same, `organizationId` is null for all, `userKey` is who did it, and `fields`
 * are those that the class of an entity type adds.
 */
export type EventField =
  | 'id'
  | 'organizationId'
  | 'messageId'
  | 'conversationId'
  | 'createdAt'
  | 'projectId'
  | 'integrationId'
  | 'eventType'
  | 'entityType'
  | 'type'
  | 'searchQuery'
  | 'userKey'
  | JsonField;

/** How a field, or what is at a path in it, compares with a value. */
export type FilterOperator =
  | 'eq'
  | 'neq'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'in'
  | 'notIn'
  | 'contains'
  | 'startsWith'
  | 'arrayContains'
  | 'jsonContains'
  | 'jsonContainedBy'
  | 'jsonHasKey'
  | 'jsonHasAnyKey'
  | 'jsonHasAllKeys'
  | 'jsonArrayContainsObject'
  | 'isNull'
  | 'isNotNull';

/** One comparison. In a JSON field, `{ path, value }` compares what is at the path, anything else the whole field. */
export interface FilterCondition {
  field: EventField;
  operator: FilterOperator;
  value?: JsonValue | Date | { path: readonly string[]; value?: JsonValue | Date };
}

/** Which events: an empty `and` is true, an empty `or` false. At most 10 levels and 100 conditions. */
export type EventsFilter = { condition: FilterCondition } | { and: readonly EventsFilter[] } | { or: readonly EventsFilter[] };

/** A column of the answer. */
export type Selection =
  | { type: 'field'; field: EventField; path?: readonly string[]; mode?: 'unpack' | 'json' }
  | { type: 'time'; timeUnit: TimeUnit; field?: 'createdAt' }
  | { type: 'aggregation'; aggregation: Aggregate; field?: EventField; path?: readonly string[] };

export interface Grouping {
  field: EventField;
  path?: readonly string[];
  /**
   * Whether the rows have it.
   * @default true
   */
  includeInSelect?: boolean;
}

export interface Ordering {
  /** The key of a column: `count_id`, `createdAt_day`, `properties.page`; where nothing is grouped, any field. */
  field: string;
  direction: 'asc' | 'desc';
}

/** What is exported. */
export interface ExportRequest {
  /**
   * At most 20 columns. With times or aggregates among them, what else is selected is grouped by.
   * @default every field
   */
  select?: readonly Selection[];
  groupBy?: readonly Grouping[];
  where?: EventsFilter;
  /** Of one entity type alone: its class, or its name. */
  entityType?: string | Type<EventDto>;
  /**
   * At most 20.
   * @default the newest first; of groups, times ascending, then the first aggregate descending
   */
  orderBy?: readonly Ordering[];
  /** For whoever reads the request; ignored. */
  notes?: string;
  /**
   * The IANA time zone of `timeUnit`.
   * @default 'UTC'
   */
  timezone?: string;
  /** Most rows. */
  limit?: number;
}

/** A question to the log. */
export interface QueryRequest extends ExportRequest {
  /**
   * Most rows of a page, up to 10,000.
   * @default 1000
   */
  limit?: number;
  /** The `nextCursor` of the page before. */
  cursor?: string;
}

/** Of which searches. */
export interface SearchesRequest {
  /** RFC 3339 with an offset, or a date in UTC. */
  after?: string | Date;
  projectId?: string;
}

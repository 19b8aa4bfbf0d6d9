import type { JsonObject, JsonValue } from '../../events/event.interface.js';

/** Whose events are read: a reader puts it before all else, so no filter can widen it. */
export interface ReadScope {
  /** Absent: of all projects, and of none. Null: of no project. */
  readonly projectId?: string | null;
  /** Absent: of all integrations, and of none. */
  readonly integrationId?: string;
  /** Absent: all. */
  readonly entityTypes?: readonly string[];
}

/** What an event has as a text or as null. `organizationId` is null for all; `userKey` is who did it, see `userKeyOf()`. */
export type TextField =
  | 'id'
  | 'entityType'
  | 'type'
  | 'messageId'
  | 'conversationId'
  | 'searchQuery'
  | 'projectId'
  | 'integrationId'
  | 'organizationId'
  | 'userKey';

/** What an event has as JSON. `fields` are those of the host's own entity types. */
export type JsonField = 'properties' | 'userProperties' | 'fields';

/** What a condition or an expression is about. A path goes through objects only; an empty one is the whole document. */
export type Operand =
  | { readonly field: TextField }
  | { readonly field: 'createdAt' }
  | { readonly field: JsonField; readonly path: readonly string[] };

/**
 * What is asked of an event: data, no SQL. A condition is true or false, never unknown: what compares with a missing value or with
 * JSON null is false, and its `not` is true. Types never mix: `eq` of the number 5 and the text "5" is false. An empty `and` is true, an
 * empty `or` false. Its texts are such as events can have: without NUL and lone surrogates.
 */
export type Condition =
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }
  | ({ readonly operand: Operand } & Comparison);

export type Comparison =
  /** Equal to one of the values: texts of a text field, times of `createdAt` (RFC 3339 in UTC), any JSON but null of a path, by its JSON text. */
  | { readonly operator: 'in'; readonly values: readonly JsonValue[] }
  /** Texts by code point, numbers, or times of `createdAt`; of a path, only values of the type of `value`. */
  | { readonly operator: 'gt' | 'gte' | 'lt' | 'lte'; readonly value: string | number }
  /** Missing, or JSON null. */
  | { readonly operator: 'isNull' }
  /** Part of a text, byte for byte. */
  | { readonly operator: 'contains' | 'startsWith'; readonly value: string }
  /** An array of which each of the values is an item, by its JSON text. No values: any array. */
  | { readonly operator: 'arrayContains'; readonly values: readonly JsonValue[] }
  /**
   * By structure: an object has each key with a value that contains that of the key; an array has for each item one that
   * contains it; anything else is equal.
   */
  | { readonly operator: 'jsonContains'; readonly value: JsonValue }
  /** The same, the other way round. */
  | { readonly operator: 'jsonContainedBy'; readonly value: JsonValue }
  /** An object that has all (or any) of the keys. */
  | { readonly operator: 'hasKeys'; readonly keys: readonly string[]; readonly quantifier: 'all' | 'any' }
  /** An array of which one item is an object that contains this one. */
  | { readonly operator: 'arrayContainsObject'; readonly value: JsonObject };

export type TimeUnit = 'hour' | 'day' | 'week' | 'month';
export type Aggregate = 'count' | 'countDistinct' | 'sum' | 'avg' | 'min' | 'max';

/** A value of an event. */
export type FieldExpression = { readonly kind: 'field'; readonly operand: Operand };
/** The start of the bucket that `createdAt` is in, by the clocks of an IANA time zone; weeks begin on Monday. */
export type TimeExpression = { readonly kind: 'time'; readonly unit: TimeUnit; readonly timezone: string };
/**
 * Of a group. `count` and `countDistinct` leave out what is null or missing; `count` without an operand counts events. `sum`, `avg`,
 * `min` and `max` are of the numbers at a path, and `min` and `max` of `createdAt`, in milliseconds since 1970.
 */
export type AggregateExpression = { readonly kind: 'aggregate'; readonly aggregate: Aggregate; readonly operand?: Operand };
export type Expression = FieldExpression | TimeExpression | AggregateExpression;

/**
 * Nulls first, then texts by code point, aggregates by value, and what is at a path by its JSON text; `desc` is the exact
 * reverse.
 */
export interface QueryOrder {
  readonly by: Expression;
  readonly direction: 'asc' | 'desc';
}

/**
 * Where a page ended: what the next one goes on after. Plain JSON, made by a reader and understood by it alone. It comes back from
 * outside, so a reader throws a `RangeError` for one that it can't have made for the same question.
 */
export type Keyset = readonly (string | number | null)[];

/** A question to the log: the plan of a query. */
export interface EventQuery {
  readonly scope: ReadScope;
  readonly where: Condition;
  readonly select: readonly Expression[];
  /**
   * Absent: a row for each event, and no aggregates. Else a row for each combination of their values that occurs, and one of all
   * events where there are none.
   */
  readonly groupBy?: readonly (FieldExpression | TimeExpression)[];
  /** Of what is grouped by, and of aggregates, where there are groups. Ties by all that is grouped by, else by `createdAt`, id and project, ascending. */
  readonly orderBy: readonly QueryOrder[];
  readonly limit: number;
  readonly after?: Keyset;
  /** Whether `total` is asked for; counting can cost as much as the query. */
  readonly counted: boolean;
}

/** A row: its values in the order of `select`. Null: missing or null. Times are RFC 3339 in UTC, aggregates numbers. */
export type QueryRow = readonly JsonValue[];

export interface QueryResult {
  readonly rows: readonly QueryRow[];
  /** How many rows there are on all pages; undefined where it was not asked for. */
  readonly total?: number;
  /** Null: there are no more. */
  readonly next: Keyset | null;
}

/** The newest events first; those of one time by id, then by project, both descending. */
export interface EventListing {
  readonly scope: ReadScope;
  readonly where: Condition;
  readonly limit: number;
  readonly after?: Keyset;
}

export interface EventPage<Event> {
  readonly events: readonly Event[];
  /** Null: there are no more. */
  readonly next: Keyset | null;
}

/** A key of a JSON field, and how many events have it. */
export interface KeyCount {
  readonly key: string;
  readonly count: number;
}

/** The keys at the top of a JSON field, most frequent first, ties by code point. */
export interface KeyQuery {
  readonly scope: ReadScope;
  readonly where: Condition;
  readonly field: JsonField;
  readonly limit: number;
}

export interface ReadOptions {
  /** After so many milliseconds the query is stopped and refused with a `QueryRefusal`. */
  readonly timeoutMs: number;
  /** Aborted: nobody waits for the answer any more. The query is stopped, and its promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

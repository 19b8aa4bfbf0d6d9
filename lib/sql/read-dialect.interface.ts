import type { JsonValue } from '../events/event.interface.js';
import type { JsonField } from '../storage/reading/event-query.interface.js';
import type { BoundValue, Sql } from './sql.js';

export type JsonType = 'string' | 'number' | 'array' | 'object' | 'null';

/** A JSON value in SQL. */
export interface JsonSql {
  /** What is missing is NULL, or else what `isThere()` knows. */
  readonly value: Sql;
  /** The engine's name of its type. */
  readonly type: Sql;
  /** What it is outside of JSON, where it is a text or a number. */
  readonly scalar: Sql;
  /** Where a path goes on, if not at the value itself. */
  readonly place?: Sql;
}

/** Buckets of time in order, each with its number from 0, its start, and where the next one starts. */
export interface BucketTable {
  readonly from: Sql;
  readonly number: Sql;
  readonly start: Sql;
  readonly end: Sql;
  /** Joins to each bucket what a statement about it finds: values of these names, and how each is read then. */
  each(statement: Sql, names: readonly Sql[]): { readonly join: Sql; readonly read: readonly Sql[] };
}

/** What an engine makes, to the byte, as `JSON.stringify()` does. */
export interface Stringify {
  /** Of a text that is not null. */
  text(text: Sql): Sql;
  /** Of a time, without the quotes. */
  time(time: Sql): Sql;
}

/** How one engine writes what is not the same on each. */
export interface ReadDialect {
  /** Whether each row has its `user_key`: none of an earlier version is left. */
  readonly hasUserKeys?: boolean;
  /** Whether an order has to name a column that is null in all rows, for an index that begins with it to be seen as in this order. */
  readonly ordersByNull?: boolean;
  /** Whether the first and the last of many events are found sooner by one look at all of them, without an index. */
  readonly scansForEnds?: boolean;
  /** What the names of `min` and `max` end with, where they are another value than NULL of no rows without it. */
  readonly orNull?: Sql;
  /** The table of events, where the index of all projects must not be walked over for those of one. */
  ofProject?(table: Sql, byCreated: Sql): Sql;
  placeholder(number: number, value: BoundValue): string;
  /** A null that is a text. */
  readonly noText: Sql;
  /** Has a column that may have another collation compared by code point. */
  byCodePoint(text: Sql): Sql;
  contains(text: Sql, part: Sql): Sql;
  startsWith(text: Sql, part: Sql): Sql;
  /** Nulls first, or last where it is descending. */
  inOrder(value: Sql, direction: 'asc' | 'desc', isNullable: boolean): Sql;

  /** A time, RFC 3339 in UTC, as a value. */
  time(text: string): Sql;
  /** A time as `isoTime()` reads it. */
  textOfTime(time: Sql): Sql;
  /** Absent where the engine writes JSON otherwise than `JSON.stringify()`. */
  readonly stringify?: Stringify;
  /** The JSON text of a value; NULL where it is missing and where it is null. Absent: by its type. */
  presentText?(json: JsonSql): Sql;
  /**
   * The last of the times, `length` milliseconds from each other, that is not after `time`; `first` is one of them, since 1970. Absent
   * where the first and the last event are found at once, and with them the buckets that there are.
   */
  startOf?(time: Sql, first: number, length: number): Sql;
  /** How many of the times, which are in order, are not after `time`. */
  rank(time: Sql, times: readonly string[]): Sql;
  /** The buckets between these times, on engines that count faster bucket by bucket where an index alone tells all. */
  bucketTable?(times: readonly string[]): BucketTable;

  json(value: Sql): JsonSql;
  /** The column that has what is at the end of a path of a field, where there is one. */
  columnOf?(field: JsonField, path: readonly string[]): JsonSql | undefined;
  /** What is at the end of a path. */
  at(document: Sql, path: readonly string[]): JsonSql;
  isType(json: JsonSql, type: JsonType): Sql;
  /** The JSON text of a value, to compare `jsonText()` with. */
  jsonTextOf(value: JsonValue): Sql;
  /** Its JSON text, compared by code point. */
  jsonText(json: JsonSql): Sql;
  /** A text as it is, compared by code point; NULL of all else. */
  stringOf(json: JsonSql): Sql;
  /** A number as a double; NULL of all else. */
  numberOf(json: JsonSql): Sql;
  /** What is made of a sum of numbers; NULL or an error where the sum is too large. */
  ofSum(result: Sql, sum: Sql): Sql;
  /** Whether there is a value, null too. */
  isThere(json: JsonSql): Sql;
  /** Whether an array has an item that meets a condition; the item has a name of this number. */
  someItem(array: JsonSql, number: number, test: (item: JsonSql) => Sql): Sql;
  /** Whether an object has no keys but these. */
  hasOnlyKeys(object: JsonSql, keys: readonly string[], number: number): Sql;
  /** The keys of an object, as a table beside that of the events. */
  keys(object: Sql): { readonly from: Sql; readonly key: Sql };
}

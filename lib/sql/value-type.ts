import type { JsonValue } from '../events/event.interface.js';
import { isStorable } from '../events/storable-text.js';
import { isoTime } from './iso-time.js';
import type { ReadDialect } from './read-dialect.interface.js';
import { bind, type Sql } from './sql.js';
import { isStorableTime } from './time-comparison-sql.js';

/** How the values of an expression, but null, come out of the database, and how a keyset keeps them. */
export interface ValueType {
  /** What is read. */
  output(raw: Sql, dialect: ReadDialect): Sql;
  toRow(read: string | number): JsonValue;
  toKey(read: string | number): string | number;
  /** The way back, to compare with. Undefined: `toKey()` makes no such key. */
  fromKey(key: unknown, dialect: ReadDialect): Sql | undefined;
}

const asItIs = (raw: Sql): Sql => raw;

export const TEXT: ValueType = {
  output: asItIs,
  toRow: String,
  toKey: String,
  fromKey: (key) => (typeof key === 'string' && isStorable(key) ? bind(key) : undefined),
};

/** JSON as its text. */
export const JSON_TEXT: ValueType = { ...TEXT, toRow: (read) => JSON.parse(String(read)) as JsonValue };

export const NUMBER: ValueType = {
  output: asItIs,
  // Sums that are too large for a double.
  toRow: (read) => (Number.isFinite(Number(read)) ? Number(read) : null),
  toKey: Number,
  fromKey: (key) => (typeof key === 'number' && Number.isFinite(key) ? bind(key) : undefined),
};

export const TIME: ValueType = {
  output: (raw, dialect) => dialect.textOfTime(raw),
  toRow: isoTime,
  toKey: isoTime,
  fromKey: (key, dialect) => (typeof key === 'string' && isTimeKey(key) ? dialect.time(key) : undefined),
};

/** Times as milliseconds since 1970. */
export const EPOCH: ValueType = {
  ...TIME,
  toRow: (read) => Date.parse(isoTime(read)),
  toKey: (read) => Date.parse(isoTime(read)),
  fromKey(key, dialect) {
    const time = typeof key === 'number' ? new Date(key) : new Date(NaN);
    return Number.isNaN(time.getTime()) ? undefined : TIME.fromKey(time.toISOString(), dialect);
  },
};

/** Which of the buckets with these starts, counted from 0. */
export function bucketType(starts: readonly string[]): ValueType {
  const startOf = (read: string | number) => starts[Number(read)];
  return {
    output: asItIs,
    toRow: startOf,
    toKey: startOf,
    // Events that are stored or deleted between two pages may change which buckets there are.
    fromKey(key) {
      if (typeof key !== 'string' || Number.isNaN(Date.parse(key))) return undefined;
      const place = starts.indexOf(key);
      return bind(place === -1 ? starts.filter((start) => start < key).length - 0.5 : place);
    },
  };
}

function isTimeKey(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && isStorableTime(time) && time.toISOString() === text;
}

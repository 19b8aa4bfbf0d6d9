import { isStorable } from '../events/storable-text.js';
import { QueryRefusal } from '../storage/reading/query-refusal.js';
import type { ReadRow, ReadStatement } from './read-statement.interface.js';

const PARTS = Symbol('parts');
const SIZE = Symbol('size');

/** As many values as SQLite binds; PostgreSQL binds twice as many. */
const MAX_VALUES = 32_766;
/** Some megabytes of text. */
const MAX_SIZE = 100_000;

/** What a statement binds. */
export type BoundValue = string | number | null;

/**
 * A piece of a statement. Its text is that of templates in this library, and whatever is not known before stands in it as a bound
 * value: nobody can make one of a text.
 */
export interface Sql {
  readonly [PARTS]: readonly Part[];
  /** How many parts it has, with those of the pieces in it. */
  readonly [SIZE]: number;
}

type Part = string | Bound | Sql;

/** Runs a statement. `isLast`: none comes after it. */
export type RunSql = (statement: Sql, isLast?: boolean) => Promise<ReadRow[]>;

interface Bound {
  readonly value: BoundValue;
}

/** The SQL of a template, with other pieces in it. */
export function sql(texts: TemplateStringsArray, ...pieces: readonly Sql[]): Sql {
  return piece(texts.flatMap((text, index) => (index === 0 ? [text] : [pieces[index - 1], text])));
}

/**
 * A value: the one way for what a caller says to get into a statement. A text that no event can have, and that drivers refuse or
 * change, becomes null, which equals nothing.
 */
export function bind(value: BoundValue): Sql {
  // The driver of MySQL would make SQL of an object.
  if (value !== null && typeof value !== 'string' && !Number.isFinite(value)) {
    throw new TypeError(`Expected a bound value to be a text, a finite number or null, got ${typeof value}`);
  }
  return piece([{ value: typeof value === 'string' && !isStorable(value) ? null : value }]);
}

/** A whole number that is part of the text, such as that of LIMIT. */
export function integer(value: number): Sql {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError('Expected a whole number that is not negative');
  return piece([String(value)]);
}

/** A name made of a number, of a column that is read or of the items of an array. */
export function numbered(prefix: 'v' | 'j', number: number): Sql {
  return sql`${piece([prefix])}${integer(number)}`;
}

/** Joined by a text of ours. */
export function joined(pieces: readonly Sql[], separator: ' AND ' | ' OR ' | ', ' | ' + ' | ' || ' | ' UNION ALL ' | ' '): Sql {
  return piece(pieces.flatMap((one, index) => (index === 0 ? [one] : [separator, one])));
}

/** How many parts it is made of. */
export function sizeOf(piece: Sql): number {
  return piece[SIZE];
}

/** A text that isn't of a template here: the host's name of a table, which has been quoted, or a column as the engine reads it. */
export function quotedBefore(text: string): Sql {
  return piece([text]);
}

/** The text of a statement, with its values in the order in which they stand in it. Throws a `QueryRefusal` where it is too large. */
export function toStatement(statement: Sql, placeholder: (number: number, value: BoundValue) => string): ReadStatement {
  if (sizeOf(statement) > MAX_SIZE) throw tooLarge();
  const values: BoundValue[] = [];
  const textOf = (part: Part): string => {
    if (typeof part === 'string') return part;
    return isPiece(part) ? part[PARTS].map(textOf).join('') : placeholder(values.push(part.value), part.value);
  };
  const text = textOf(statement);
  if (values.length > MAX_VALUES) throw tooLarge();
  return { sql: text, values };
}

/** What is refused of a statement that is too large for a database. */
export function tooLarge(): QueryRefusal {
  return new QueryRefusal('The query is too large: compare with fewer values, less deep ones, or those at shorter paths');
}

// Not flat: what is nested is in many pieces, and each of them would copy all that is in it.
function piece(parts: readonly Part[]): Sql {
  return { [PARTS]: parts, [SIZE]: parts.reduce((size, part) => size + (isPiece(part) ? part[SIZE] : 1), 0) };
}

function isPiece(part: Part): part is Sql {
  return typeof part === 'object' && PARTS in part;
}

import { isStorable } from '../../events/storable-text.js';
import type { ReadRow, ReadStatement } from '../engines/read-database.js';

const PARTS = Symbol('parts');

/** What a statement binds. */
export type BoundValue = string | number | null;

/**
 * A piece of a statement. Its text is that of templates in this library, and whatever is not known before stands in it as a bound
 * value: nobody can make one of a text.
 */
export interface Sql {
  readonly [PARTS]: readonly (string | Bound)[];
}

/** Runs a statement. */
export type RunSql = (statement: Sql) => Promise<ReadRow[]>;

interface Bound {
  readonly value: BoundValue;
}

/** The SQL of a template, with other pieces in it. */
export function sql(texts: TemplateStringsArray, ...pieces: readonly Sql[]): Sql {
  return { [PARTS]: texts.flatMap((text, index) => (index === 0 ? [text] : [...pieces[index - 1][PARTS], text])) };
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
  return { [PARTS]: [{ value: typeof value === 'string' && !isStorable(value) ? null : value }] };
}

/** A whole number that is part of the text, such as that of LIMIT. */
export function integer(value: number): Sql {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError('Expected a whole number that is not negative');
  return { [PARTS]: [String(value)] };
}

/** A name made of a number, of a column that is read or of the items of an array. */
export function numbered(prefix: 'v' | 'j', number: number): Sql {
  return sql`${{ [PARTS]: [prefix] }}${integer(number)}`;
}

/** Joined by a text of ours. */
export function joined(pieces: readonly Sql[], separator: ' AND ' | ' OR ' | ', ' | ' + '): Sql {
  return { [PARTS]: pieces.flatMap((piece, index) => (index === 0 ? piece[PARTS] : [separator, ...piece[PARTS]])) };
}

/** How many pieces it is made of. */
export function sizeOf(piece: Sql): number {
  return piece[PARTS].length;
}

/** A text that isn't of this library, which has been quoted. For `event-source.ts` alone: the host's name of the table. */
export function quotedBefore(text: string): Sql {
  return { [PARTS]: [text] };
}

/** The text of a statement, with its values in the order in which they stand in it. */
export function toStatement(piece: Sql, placeholder: (number: number, value: BoundValue) => string): ReadStatement {
  const values: BoundValue[] = [];
  const texts = piece[PARTS].map((part) => (typeof part === 'string' ? part : placeholder(values.push(part.value), part.value)));
  return { sql: texts.join(''), values };
}

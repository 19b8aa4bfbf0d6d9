import type { ReadStatement } from '../sql/read-statement.interface.js';
import { tooLarge } from '../sql/sql.js';

/** A server takes 1,000 fields a request, among them some of settings, and 128 KiB a field, of which the statement is one. */
const MAX_FIELDS = 500;
const MAX_FIELD_BYTES = 128 * 1024 - 1_024;
/** Few, as a list is written into the statement for each of its items. */
const LIST = 40;
const PLACE = /\{p(\d+):([\w()]+)\}/g;

/** A statement with its parameters, as a request carries them. */
export interface BoundStatement {
  readonly query: string;
  readonly query_params: Readonly<Record<string, unknown>>;
}

/**
 * The values `{p1:…}`, `{p2:…}` and so on of a statement, each as a parameter; where they are too many, or too long, as lists of
 * texts, and in pieces. Throws a `QueryRefusal` for some 5,000 values and more, as the statement itself would be too long.
 */
export function boundValues({ sql, values }: ReadStatement): BoundStatement {
  // Numbers as texts: the client refuses integers that a double may have rounded.
  const texts = values.map((value) => (typeof value === 'number' ? String(value) : value));
  const fits = texts.length <= MAX_FIELDS && texts.every((text) => sizeOf(text) <= MAX_FIELD_BYTES);
  const bound = fits ? { query: sql, query_params: named('p', texts) } : inLists(sql, texts);
  if (bound.query.length > MAX_FIELD_BYTES) throw tooLarge();
  return bound;
}

function named(prefix: 'p' | 'l', values: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(values.map((value, index) => [`${prefix}${index + 1}`, value]));
}

function inLists(sql: string, texts: readonly unknown[]): BoundStatement {
  const lists = new Lists();
  const query = sql.replace(PLACE, (_place, number: string, type: string) => {
    const text = texts[Number(number) - 1];
    if (text === null) return `CAST(NULL AS ${type})`;
    const place = lists.placeOf(String(text));
    return type === 'String' ? place : `CAST(${place} AS ${type})`;
  });
  return { query, query_params: lists.parameters };
}

class Lists {
  private readonly lists: string[][] = [];
  private lastSize = 0;

  get parameters(): Record<string, unknown> {
    return named('l', this.lists);
  }

  placeOf(text: string): string {
    const size = sizeOf(text);
    if (size <= MAX_FIELD_BYTES) return this.add(text, size);
    const middle = middleOf(text);
    return `concat(${this.placeOf(text.slice(0, middle))}, ${this.placeOf(text.slice(middle))})`;
  }

  private add(text: string, size: number): string {
    let last = this.lists.at(-1);
    if (last === undefined || last.length === LIST || this.lastSize + size > MAX_FIELD_BYTES) {
      last = [];
      this.lists.push(last);
      this.lastSize = 0;
    }
    this.lastSize += size;
    return `{l${this.lists.length}:Array(String)}[${last.push(text)}]`;
  }
}

// Each may have to be escaped; around it, in a list, are quotes and a comma.
function sizeOf(text: unknown): number {
  return typeof text === 'string' ? 2 * Buffer.byteLength(text) + 3 : 0;
}

// Not between the two halves of a character.
function middleOf(text: string): number {
  const middle = text.length >> 1;
  return /[\uDC00-\uDFFF]/.test(text[middle]) ? middle + 1 : middle;
}

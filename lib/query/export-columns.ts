import type { JsonValue } from '../events/event.interface.js';
import type { QueryRow } from '../storage/reading/event-query.interface.js';
import type { Column } from './grammar/column.js';
import { isDocument } from './grammar/event-fields.js';
import type { WireRow, WireValue } from './query-answer.interface.js';
import { rowOf, textsOf, wireValue } from './wire-row.js';

/** A column of what is exported: a whole JSON field is a column for each of its `keys`, or one of JSON text. */
export interface ExportColumn extends Column {
  readonly keys?: readonly string[];
}

/** Whether a column is a whole JSON field. */
export function isOfDocument({ expression }: Column): boolean {
  return expression.kind === 'field' && isDocument(expression.operand);
}

/** The names of all columns, in their order; a key that is selected by its path as well stands once. */
export function headerOf(columns: readonly ExportColumn[]): string[] {
  return [...new Set(columns.flatMap(({ key, keys }) => keys?.map((member) => `${key}.${member}`) ?? key))];
}

export function exportRow(columns: readonly ExportColumn[], row: QueryRow): WireRow {
  return rowOf(columns.flatMap((column, index) => cellsOf(column, row[index])));
}

function cellsOf(column: ExportColumn, value: JsonValue): [string, WireValue | undefined][] {
  const { key, keys } = column;
  if (!isOfDocument(column) || value === null || typeof value !== 'object' || Array.isArray(value)) {
    return keys === undefined ? [[key, wireValue(column, value)]] : [];
  }
  if (keys === undefined) return [[key, JSON.stringify(value)]];
  // A key that was stored only now has no column.
  return Object.entries(textsOf(value)).flatMap(([member, text]) => (keys.includes(member) ? [[`${key}.${member}`, text]] : []));
}

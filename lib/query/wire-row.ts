import type { JsonValue } from '../events/event.interface.js';
import type { QueryRow } from '../storage/reading/event-query.interface.js';
import type { Column } from './grammar/column.js';
import type { WireRow, WireValue } from './query-answer.interface.js';

/** The fields that have their key in a row where they are null, as the SDK's clients take null for nothing else. */
const NULLABLE: readonly string[] = ['projectId', 'integrationId', 'properties', 'userProperties'];

/** A row as the SDK's clients expect it. */
export function wireRow(columns: readonly Column[], row: QueryRow): WireRow {
  return rowOf(columns.map((column, index) => [column.key, wireValue(column, row[index])]));
}

/** Undefined: the row has no such key. */
export function wireValue({ key, expression }: Column, value: JsonValue): WireValue | undefined {
  if (expression.kind === 'aggregate') return typeof value === 'number' ? value : undefined;
  const isAtPath = expression.kind === 'field' && 'path' in expression.operand && expression.operand.path.length > 0;
  if (value === null) return isAtPath || NULLABLE.includes(key) ? null : undefined;
  return typeof value === 'object' && !Array.isArray(value) && !isAtPath ? textsOf(value) : wireText(value);
}

export function rowOf(cells: readonly (readonly [string, WireValue | undefined])[]): WireRow {
  // Not by assignment: a key may be __proto__.
  return Object.fromEntries(cells.filter((cell): cell is [string, WireValue] => cell[1] !== undefined));
}

/** JSON text of what is no text. */
export function wireText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What an object has that is not null, as texts. */
export function textsOf(document: { readonly [key: string]: JsonValue }): { [key: string]: string } {
  const members = Object.entries(document).filter(([, value]) => value !== null);
  return Object.fromEntries(members.map(([key, value]) => [key, wireText(value)]));
}

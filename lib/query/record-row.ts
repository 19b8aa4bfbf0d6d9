import type { JsonValue } from '../events/event.interface.js';
import type { QueryRow } from '../storage/reading/event-query.interface.js';
import type { PlannedQuery } from './grammar/query.parser.js';
import type { RecordQueryPage } from './conversation-query.interface.js';
import { wireValue } from './wire-row.js';

/** A row of conversations or feedback as the SDK's clients expect it: what a whole field has as JSON is not made text. */
export function recordRow({ columns, view }: PlannedQuery, row: QueryRow): RecordQueryPage['result'][number] {
  const cells = columns.map((column, index): [string, JsonValue | undefined] => {
    const value = row[index];
    const isJson = typeof value === 'object' || typeof value === 'number';
    return [column.key, isJson && value !== null && Object.hasOwn(view.fields, column.key) ? value : wireValue(column, value)];
  });
  // Not by assignment: a key may be __proto__.
  return Object.fromEntries(cells.filter((cell): cell is [string, JsonValue] => cell[1] !== undefined));
}

import type { EventRow } from './event-columns.js';

/** What tells rows apart: no project and no id holds a control character. */
export function keyOf(row: Pick<EventRow, 'project_key' | 'id'>): string {
  return `${row.project_key}\n${row.id}`;
}

/** One order for all writers: two batches with the same ids would else wait for each other. */
export function inKeyOrder(rows: readonly EventRow[]): EventRow[] {
  const keys = new Map(rows.map((row) => [row, keyOf(row)]));
  return rows.toSorted((a, b) => (keys.get(a)! < keys.get(b)! ? -1 : 1));
}

import type { RowKey } from '../engines/engine.js';

/** What tells rows apart: no project and no id holds a control character. */
export function keyOf(row: RowKey): string {
  return `${row.project_key}\n${row.id}`;
}

/** One order for all writers: two batches with the same ids would else wait for each other. */
export function inKeyOrder<Row extends RowKey>(rows: readonly Row[]): Row[] {
  const keys = new Map(rows.map((row) => [row, keyOf(row)]));
  return rows.toSorted((a, b) => (keys.get(a)! < keys.get(b)! ? -1 : 1));
}

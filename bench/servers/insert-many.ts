import type { Pool } from 'pg';
import { COLUMNS, rowOf } from './row.js';

const TYPES = COLUMNS.map((column) =>
  /_at$/.test(column) ? 'timestamptz' : /properties$|^fields$/.test(column) ? 'json' : 'text',
);
const ARRAYS = TYPES.map((type, index) => `$${index + 1}::${type}[]`);
const TEXT = `INSERT INTO event_log_events (${COLUMNS.join()}) SELECT * FROM unnest(${ARRAYS.join()})`;

/** One raw insert of many rows. */
export function insertMany(pool: Pool, events: readonly Record<string, unknown>[]): Promise<unknown> {
  const rows = events.map((event) => rowOf(event, new Date().toISOString()));
  return pool.query({ name: 'raw', text: TEXT, values: COLUMNS.map((_column, index) => rows.map((row) => row[index])) });
}

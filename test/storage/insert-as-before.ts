import type { EventRecord } from 'nestjs-event-log';
import type { DataSource } from 'typeorm';
import { COLUMNS, toRow } from '../../lib/typeorm/events/event-columns.js';
import { TABLE } from './data-sources.js';

/** Writes an event as a version does that has these columns. */
export async function insertAsBefore(dataSource: DataSource, columns: typeof COLUMNS, event: EventRecord): Promise<void> {
  const row = toRow(event);
  const isPostgres = dataSource.options.type === 'postgres';
  const isSqlite = dataSource.options.type === 'better-sqlite3';
  const places = columns.map((_column, index) => (isPostgres ? `$${index + 1}` : '?')).join(', ');
  // The times of a row are RFC 3339; MySQL takes them without the letters.
  const values = columns.map((column) =>
    column.endsWith('_at') && !isPostgres && !isSqlite ? row[column]?.replace('T', ' ').replace('Z', '') : row[column],
  );
  await dataSource.query(`INSERT INTO ${TABLE} (${columns.join(', ')}) VALUES (${places})`, values);
}

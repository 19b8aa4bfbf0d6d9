import { isoTime } from '../../sql/iso-time.js';
import type { EarlierRow, EventRow } from '../events/event-columns.js';

/** With times as DATETIME text in UTC, as TypeORM too writes and compares them: `2026-01-02 03:04:05.678`. */
export function withSqlTimes(row: EventRow): EventRow {
  return withTimes(row, sqlTime);
}

/** A time of RFC 3339 in UTC with milliseconds, as DATETIME text. */
export function sqlTime(time: string): string {
  return time.slice(0, 23).replace('T', ' ');
}

/** The way back from `withSqlTimes()`. */
export function withIsoTimes(row: EventRow): EventRow {
  return withTimes(row, isoTime);
}

/** The same for a row of which only the one time is read. */
export function withIsoTime(row: EarlierRow): EarlierRow {
  return { ...row, created_at: isoTime(row.created_at!) };
}

function withTimes(row: EventRow, convert: (time: string) => string): EventRow {
  return { ...row, created_at: convert(row.created_at!), received_at: convert(row.received_at!) };
}

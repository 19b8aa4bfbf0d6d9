/** The SQL function that fails once the read must stop: better-sqlite3 has no other way to interrupt a statement. */
export const IN_TIME = 'event_log_in_time';

/** Of so many rows, one calls the function: a call for each would make a count by an index take 2.5 times as long. */
const ROWS_PER_CALL = 256;

/** SQL of a condition that is always true, and fails once the read must stop. */
export function inTime(table: string): string {
  return `(${table}.rowid & ${ROWS_PER_CALL - 1} OR ${IN_TIME}())`;
}

/** The column that tables kept by days have: the day on which the database received an event, in UTC. */
export const DAY_COLUMN = 'received_day';

/** What follows the name of the table in that of the partition for all that no other takes, and in that for all before. */
export const OTHERS = '_other_days';
export const BEFORE = '_before_days';

/** SQL of whether a table, given as SQL of its `regclass`, is kept by days. */
export function isByDays(table: string): string {
  return (
    'EXISTS (SELECT FROM pg_partitioned_table JOIN pg_attribute ON attrelid = partrelid AND attnum = partattrs[0] ' +
    `WHERE partrelid = ${table} AND attname = '${DAY_COLUMN}')`
  );
}

/** SQL of the day that it is for the database: hosts have clocks of their own. */
export const TODAY = `(clock_timestamp() AT TIME ZONE 'UTC')::date`;

/** SQL of a day as text, whatever DateStyle is. */
export function dayText(day: string): string {
  return `to_char(${day}, 'YYYY-MM-DD')`;
}

const DAY_MS = 86_400_000;

/** The day so many days after one, both as `2026-01-31`. */
export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

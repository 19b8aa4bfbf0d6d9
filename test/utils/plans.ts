import type { EngineName } from './describe-engines.js';

/** What an engine tells its plan of a statement by. */
export const EXPLAIN: Readonly<Record<EngineName, string>> = {
  SQLite: 'EXPLAIN QUERY PLAN',
  PostgreSQL: 'EXPLAIN',
  'MySQL or MariaDB': 'EXPLAIN',
};

/** Has it look at the table of events, for its plans. */
export const ANALYZE: Readonly<Record<EngineName, string>> = {
  SQLite: 'ANALYZE',
  PostgreSQL: 'VACUUM ANALYZE event_log_events',
  'MySQL or MariaDB': 'ANALYZE TABLE event_log_events',
};

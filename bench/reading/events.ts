import type { DataSource } from 'typeorm';

/** Events of 30 days and 10 projects, alike on both engines: made in the database, as a million would take long to send. */
export const EVENTS = 1_000_000;
export const PROJECTS = 10;
/** The first day, and how long after the one before each event comes. */
export const START = '2026-06-01 00:00:00.000';
const MONTH_MS = 30 * 86_400_000;

const text = {
  // n is the number of the event. In parentheses, as the engines don't agree on what binds tighter.
  entityType: `CASE WHEN n % 10 < 6 THEN 'message' WHEN n % 10 < 9 THEN 'search' ELSE 'conversation' END`,
  project: `'p' || ((n / 7) % ${PROJECTS})`,
  properties: `'{"page":"/docs/' || (n * 37 % 500) || '","lang":"' || CASE WHEN n % 3 = 0 THEN 'de' ELSE 'en' END || '","score":' || (n % 97) || '}'`,
  user: `'u' || (n * 31 % 20000)`,
};

const COLUMNS =
  'project_key, id, entity_type, type, message_id, conversation_id, search_query, created_at, project_id, properties, user_properties, received_at, content_digest, user_key';

/** Fills the table of a database that has just been migrated. */
export async function fillEvents(source: DataSource, events = EVENTS): Promise<void> {
  const step = MONTH_MS / events;
  const isPostgres = source.options.type === 'postgres';
  const numbers = isPostgres
    ? `generate_series(1, ${events}) AS n`
    : `(WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${events}) SELECT n FROM numbers)`;
  const time = isPostgres
    ? `timestamptz '${START}Z' + n * interval '${step} milliseconds'`
    : `strftime('%Y-%m-%d %H:%M:%f', julianday('${START}') + n * ${step} / 86400000.0)`;
  const json = (value: string) => (isPostgres ? `(${value})::json` : value);
  await source.query(`
    INSERT INTO event_log_events (${COLUMNS})
    SELECT '=' || ${text.project}, 'evt_' || n, ${text.entityType}, ${text.entityType} || ':logged',
      CASE WHEN n % 10 < 6 THEN 'msg_' || n END, CASE WHEN n % 10 = 9 THEN 'conv_' || n END,
      CASE WHEN n % 10 BETWEEN 6 AND 8 THEN 'query ' || (n % 1000) END,
      ${time}, ${text.project}, ${json(text.properties)}, ${json(`'{"userId":"' || ${text.user} || '"}'`)}, ${time}, 'd' || n, ${text.user}
    FROM ${numbers}`);
  await source.query(isPostgres ? 'VACUUM ANALYZE event_log_events' : 'ANALYZE');
}

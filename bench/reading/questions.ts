import type { Condition, EventReader, Expression, Keyset, Operand, ReadOptions } from 'nestjs-event-log';

/** A question to the log: by the reader, and by the statement that one would write by hand for it alone. */
export interface Question {
  readonly name: string;
  readonly ask: (reader: EventReader, keyset: Keyset) => Promise<unknown>;
  /** Of each engine: `$1` and `$2` are the time and the id before which a page begins. */
  readonly byHand: Record<'postgres' | 'sqlite', string>;
  readonly atMost: number;
}

const OPTIONS: ReadOptions = { timeoutMs: 60_000 };
const SCOPE = { projectId: 'p1' };
const ALL: Condition = { and: [] };
const MINE = `project_id = 'p1'`;

const path = (name: string): Operand => ({ field: 'properties', path: [name] });
const count: Expression = { kind: 'aggregate', aggregate: 'count' };
const field = (operand: Operand) => ({ kind: 'field', operand }) as const;
const time = (unit: 'day' | 'week', timezone = 'UTC') => ({ kind: 'time', unit, timezone }) as const;
const ofType = (name: string): Condition => ({ operand: { field: 'entityType' }, operator: 'in', values: [name] });

const ROW = `id, type, entity_type, message_id, conversation_id, search_query, created_at, project_id, integration_id, properties, user_properties, fields`;
const newest = (where: string, limit: number) =>
  `SELECT ${ROW} FROM event_log_events WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT ${limit}`;
const same = (sql: string) => ({ postgres: sql, sqlite: sql });
const before = (where: string, limit: number) => ({
  postgres: newest(`${where} AND (created_at, id) < ($1, $2)`, limit),
  sqlite: newest(`${where} AND (created_at, id) < (?, ?)`, limit),
});

const list =
  (where: Condition, limit: number, scope: object = SCOPE) =>
  (reader: EventReader) =>
    reader.list({ scope, where, limit }, OPTIONS);
const listAfter = (where: Condition, limit: number) => (reader: EventReader, after: Keyset) =>
  reader.list({ scope: SCOPE, where, limit, after }, OPTIONS);
const query =
  (
    select: Expression[],
    groupBy?: Expression[],
    where: Condition = ALL,
    orderBy: { by: Expression; direction: 'asc' | 'desc' }[] = [],
    limit = 1_000,
  ) =>
  (reader: EventReader) =>
    reader.query({ scope: SCOPE, where, select, groupBy: groupBy as never, orderBy, limit, counted: false }, OPTIONS);

/** The table of what is asked for: names and bounds. */
export const QUESTIONS: Question[] = [
  { name: 'newest 50', ask: list(ALL, 50), byHand: same(newest(MINE, 50)), atMost: 1.2 },
  {
    name: 'newest 50 of an entity type',
    ask: list(ofType('search'), 50),
    byHand: same(newest(`${MINE} AND entity_type = 'search'`, 50)),
    atMost: 1.2,
  },
  { name: 'a page of 1,000, far from the newest', ask: listAfter(ALL, 1_000), byHand: before(MINE, 1_000), atMost: 1.2 },
  {
    name: 'a page of 1,000 of an entity type, far from the newest',
    ask: listAfter(ofType('search'), 1_000),
    byHand: before(`${MINE} AND entity_type = 'search'`, 1_000),
    atMost: 1.2,
  },
  {
    name: 'by day, to date_trunc or substr',
    ask: query([time('day'), count], [time('day')]),
    byHand: {
      postgres: `SELECT date_trunc('day', created_at, 'UTC') AS day, count(*) FROM event_log_events WHERE ${MINE} GROUP BY 1 ORDER BY 1`,
      sqlite: `SELECT substr(created_at, 1, 10) AS day, count(*) FROM event_log_events WHERE ${MINE} GROUP BY 1 ORDER BY 1`,
    },
    atMost: 0.5,
  },
  {
    name: 'by day and entity type, to date_trunc or substr on the index of before',
    ask: query([time('day'), field({ field: 'entityType' }), count], [time('day'), field({ field: 'entityType' })]),
    byHand: {
      postgres: `SELECT date_trunc('day', created_at, 'UTC') AS day, entity_type || '', count(*) FROM event_log_events WHERE ${MINE} AND received_at IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`,
      sqlite: `SELECT substr(created_at, 1, 10) AS day, entity_type, count(*) FROM event_log_events WHERE ${MINE} AND received_at IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`,
    },
    atMost: 0.25,
  },
  {
    name: 'top 20 of a path',
    ask: query([field(path('page')), count], [field(path('page'))], ALL, [{ by: count, direction: 'desc' }], 20),
    byHand: same(
      `SELECT properties->>'page' AS page, count(*) FROM event_log_events WHERE ${MINE} GROUP BY 1 ORDER BY 2 DESC LIMIT 20`,
    ),
    atMost: 1.15,
  },
  {
    name: 'how many with a value at a path',
    ask: query([count], [], { operand: path('lang'), operator: 'in', values: ['de'] }),
    byHand: same(`SELECT count(*) FROM event_log_events WHERE ${MINE} AND properties->>'lang' = 'de'`),
    atMost: 1.15,
  },
  {
    name: 'different values at a path',
    ask: query([{ kind: 'aggregate', aggregate: 'countDistinct', operand: path('page') }], []),
    byHand: same(`SELECT count(DISTINCT properties->>'page') FROM event_log_events WHERE ${MINE}`),
    atMost: 1.15,
  },
  {
    name: 'average at a path, to an unsafe cast',
    ask: query([{ kind: 'aggregate', aggregate: 'avg', operand: path('score') }], []),
    byHand: {
      postgres: `SELECT avg((properties->>'score')::float8) FROM event_log_events WHERE ${MINE}`,
      sqlite: `SELECT avg(properties->>'score') FROM event_log_events WHERE ${MINE}`,
    },
    atMost: 1.5,
  },
  {
    name: 'how many above a number at a path, to an unsafe cast',
    ask: query([count], [], { operand: path('score'), operator: 'gt', value: 50 }),
    byHand: {
      postgres: `SELECT count(*) FROM event_log_events WHERE ${MINE} AND (properties->>'score')::float8 > 50`,
      sqlite: `SELECT count(*) FROM event_log_events WHERE ${MINE} AND properties->>'score' > 50`,
    },
    atMost: 1.5,
  },
  {
    name: 'users a week, to the expression',
    ask: query([time('week'), { kind: 'aggregate', aggregate: 'countDistinct', operand: { field: 'userKey' } }], [time('week')]),
    byHand: {
      postgres: `SELECT date_trunc('week', created_at, 'UTC'), count(DISTINCT coalesce(user_properties->>'userId', user_properties->>'id')) FROM event_log_events WHERE ${MINE} GROUP BY 1`,
      sqlite: `SELECT strftime('%Y-%W', created_at), count(DISTINCT coalesce(user_properties->>'userId', user_properties->>'id')) FROM event_log_events WHERE ${MINE} GROUP BY 1`,
    },
    atMost: 0.25,
  },
  {
    name: 'newest 50 for a key of no project, to those of one',
    ask: list(ALL, 50, {}),
    byHand: same(newest(MINE, 50)),
    atMost: 2,
  },
  {
    name: 'an entity type that nothing has, to the statement on the index of before',
    ask: list(ofType('nothing'), 50),
    // What makes each of them read the rows, as they did when no index had the entity type.
    byHand: {
      postgres: newest(`${MINE} AND entity_type || '' = 'nothing' AND received_at IS NOT NULL`, 50),
      sqlite: newest(`${MINE} AND entity_type || substr(received_at, 1, 0) = 'nothing'`, 50),
    },
    atMost: 0.1,
  },
];

import { nullable } from './field-schema.js';
import { COUNT as count, JSON_OBJECT, listOf, objectOf, one, refTo, TEXT as text } from './schema-parts.js';
import type { Schema } from './swagger.js';

/** What can be asked about: the component of its filter, its fields, and that of its time. */
interface View {
  readonly filter: string;
  readonly fields: readonly string[];
  readonly time: string;
}

const OF_ALL = ['id', 'organizationId', 'projectId', 'integrationId', 'type', 'userKey', 'properties', 'userProperties'];
const EVENTS: View = {
  filter: 'EventLogEventsFilter',
  fields: [...OF_ALL, 'messageId', 'conversationId', 'createdAt', 'eventType', 'entityType', 'searchQuery', 'fields'],
  time: 'createdAt',
};
const CONVERSATIONS: View = {
  filter: 'EventLogConversationsFilter',
  fields: [...OF_ALL, 'userMessageCount', 'firstMessageTime'],
  time: 'firstMessageTime',
};
const FEEDBACK: View = {
  filter: 'EventLogFeedbackFilter',
  fields: [...OF_ALL, 'messageId', 'conversationId', 'createdAt', 'reasons'],
  time: 'createdAt',
};
const OPERATORS = [
  ...['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'in', 'notIn', 'contains', 'startsWith', 'arrayContains', 'jsonContains'],
  ...['jsonContainedBy', 'jsonHasKey', 'jsonHasAnyKey', 'jsonHasAllKeys', 'jsonArrayContainsObject', 'isNull', 'isNotNull'],
];
const AGGREGATIONS = ['count', 'countDistinct', 'sum', 'avg', 'min', 'max'];

const path: Schema = { type: 'array', maxItems: 64, items: text, description: 'The keys that lead to a value in a JSON field' };
const whereOf = ({ filter }: View): Schema => refTo(filter);
const cursor = nullable({ ...text, description: 'For the next page; null on the last one' });
const asOf: Schema = { type: 'string', format: 'date-time', description: 'Where a copy was read: about up to when it has all' };
const rows = (maximum?: number): Schema => ({ type: 'integer', minimum: 1, maximum });

function filterOf(view: View): [name: string, schema: Schema] {
  const where = whereOf(view);
  const condition = objectOf(['field', 'operator'], {
    field: fieldOf(view),
    operator: { type: 'string', enum: OPERATORS },
    value: { description: 'In a JSON field, `{ path, value }` compares what is at the path' },
  });
  const filter: Schema = {
    description: 'Which of them, in at most 10 levels and 100 conditions',
    oneOf: [
      objectOf(['condition'], { condition }),
      objectOf(['and'], { and: { type: 'array', items: where } }),
      objectOf(['or'], { or: { type: 'array', items: where } }),
    ],
  };
  return [view.filter, filter];
}

function fieldOf({ fields }: View): Schema {
  return { type: 'string', enum: [...fields] };
}

function selectionOf(view: View): Schema {
  const field = fieldOf(view);
  return {
    oneOf: [
      objectOf(['type', 'field'], { type: one('field'), field, path, mode: { type: 'string', enum: ['unpack', 'json'] } }),
      objectOf(['type', 'timeUnit'], {
        type: one('time'),
        timeUnit: { type: 'string', enum: ['hour', 'day', 'week', 'month'] },
        field: one(view.time),
      }),
      objectOf(['type', 'aggregation'], {
        type: one('aggregation'),
        aggregation: { type: 'string', enum: AGGREGATIONS },
        field,
        path,
      }),
    ],
  };
}

function questionOf(view: View): Record<string, Schema> {
  const includeInSelect: Schema = { type: 'boolean', description: 'True, where it is absent' };
  return {
    select: { type: 'array', maxItems: 20, items: selectionOf(view) },
    groupBy: { type: 'array', items: objectOf(['field'], { field: fieldOf(view), path, includeInSelect }) },
    where: whereOf(view),
    orderBy: {
      type: 'array',
      maxItems: 20,
      items: objectOf(['field', 'direction'], { field: text, direction: { type: 'string', enum: ['asc', 'desc'] } }),
    },
    notes: text,
    timezone: { ...text, description: 'The IANA time zone of `timeUnit`; UTC, where it is absent' },
  };
}

function queryOf(view: View, more: Record<string, Schema> = {}): Schema {
  const limit = { ...rows(10_000), description: '1,000, where it is absent' };
  return objectOf([], { ...questionOf(view), ...more, limit, cursor: text });
}

const PROPERTIES: Record<string, Schema> = {
  field: { type: 'string', enum: ['properties', 'userProperties', 'fields'] },
  views: { type: 'array', items: text },
  where: { anyOf: [EVENTS, CONVERSATIONS, FEEDBACK].map(whereOf) },
  entityType: text,
};

/** What is sent to the read routes and answered by them. Without `default`: generated clients would make such members required. */
export const READ_SCHEMAS: readonly [name: string, schema: Schema][] = [
  ...[EVENTS, CONVERSATIONS, FEEDBACK].map(filterOf),
  ['EventLogEventsPage', objectOf(['data', 'nextCursor'], { data: listOf('EventLogStoredEvent'), nextCursor: cursor, asOf })],
  ['EventLogExportRequest', objectOf([], { ...questionOf(EVENTS), entityType: text, limit: rows() })],
  ['EventLogQueryRequest', queryOf(EVENTS, { entityType: text })],
  ['EventLogConversationsRequest', queryOf(CONVERSATIONS)],
  ['EventLogFeedbackRequest', queryOf(FEEDBACK)],
  [
    'EventLogQueryAnswer',
    objectOf(['status', 'data'], {
      status: one('ok'),
      data: objectOf(['result', 'total', 'pageSize', 'count', 'nextCursor'], {
        result: { type: 'array', items: JSON_OBJECT },
        total: count,
        pageSize: count,
        count,
        nextCursor: cursor,
        asOf,
      }),
    }),
  ],
  ['EventLogPropertyKeysRequest', objectOf(['field'], { ...PROPERTIES, limit: rows(10_000) })],
  [
    'EventLogPropertyValuesRequest',
    objectOf(['field', 'key'], { ...PROPERTIES, key: text, limit: { ...rows(10_000), description: '100, where it is absent' } }),
  ],
  [
    'EventLogPropertyList',
    objectOf(['results', 'counts'], { results: { type: 'array', items: text }, counts: { type: 'array', items: count } }),
  ],
  ['EventLogTopSearchQueries', statisticsOf({ search_query: text, count: text })],
  ['EventLogWeeklySearchUsers', statisticsOf({ week: { type: 'string', format: 'date-time' }, unique_users: text })],
];

function statisticsOf(row: Record<string, Schema>): Schema {
  const result: Schema = { type: 'array', items: objectOf(Object.keys(row), row) };
  return objectOf(['data'], { data: objectOf(['result', 'total'], { result, total: count }) });
}

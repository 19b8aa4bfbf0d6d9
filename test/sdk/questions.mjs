/** Every question that the SDK can ask about events: each field, operator, aggregation and time unit. */

const TEXTS = [
  'id',
  'organizationId',
  'messageId',
  'conversationId',
  'projectId',
  'integrationId',
  'eventType',
  'type',
  'searchQuery',
];
const JSONS = ['properties', 'userProperties'];
const FIELDS = [...TEXTS, 'createdAt', ...JSONS];
const PATHS = [['userId'], ['supportAgentName'], ['n'], ['deep', 'list'], ['a.b'], ['missing']];
const AGGREGATIONS = ['sum', 'count', 'countDistinct', 'avg', 'min', 'max'];
const UNITS = ['hour', 'day', 'week', 'month'];
const TIME = '2026-01-02T03:04:05Z';

const COMPARISONS = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte'];
const OF_PATHS = [
  ...COMPARISONS.flatMap((operator) => [7, 'pro'].map((value) => [operator, value])),
  ...['eq', 'neq'].map((operator) => [operator, true]),
  ...['in', 'notIn'].map((operator) => [operator, ['pro', 7, null, false]]),
  ['arrayContains', ['a']],
  ['jsonContains', ['a']],
  ['jsonContainedBy', ['a', 'b', 'c']],
  ['jsonHasKey', 'list'],
  ['jsonHasAnyKey', ['list', 'none']],
  ['jsonHasAllKeys', ['list']],
  ['isNull', null],
  ['isNotNull', null],
];
const OF_DOCUMENTS = [
  ['eq', { n: 1 }],
  ['neq', { n: 1 }],
  ['jsonContains', { n: 1 }],
  ['jsonContainedBy', { n: 1, more: [] }],
  ['jsonHasKey', 'n'],
  ['jsonHasAnyKey', ['n', 'none']],
  ['jsonHasAllKeys', ['n', 'deep']],
  ['isNull', undefined],
  ['isNotNull', undefined],
];

const where = (field, operator, value) => ({ where: { condition: { field, operator, value } } });

function* conditions() {
  for (const field of [...TEXTS, 'createdAt']) {
    const value = field === 'createdAt' ? TIME : 'x';
    for (const operator of COMPARISONS) yield where(field, operator, value);
    for (const operator of ['in', 'notIn']) yield where(field, operator, [value]);
    for (const operator of ['isNull', 'isNotNull']) yield where(field, operator);
  }
  for (const field of JSONS) {
    for (const [operator, value] of OF_DOCUMENTS) yield where(field, operator, value);
    for (const [operator, value] of OF_PATHS) {
      for (const path of [['n'], ['deep', 'list'], ['deep'], ['plan']]) yield where(field, operator, { path, value });
    }
  }
  yield where('createdAt', 'gte', new Date(TIME));
  const one = where('type', 'isNotNull').where;
  yield { where: { and: [one, { or: [one, one] }] } };
  yield { where: { and: [] } };
  yield { where: { or: [] } };
}

function* selections() {
  yield {};
  for (const field of FIELDS) yield { select: [{ type: 'field', field }] };
  yield { select: FIELDS.map((field) => ({ type: 'field', field })) };
  for (const field of JSONS) for (const path of PATHS) yield { select: [{ type: 'field', field, path }] };
  for (const timeUnit of UNITS) {
    yield {
      select: [
        { type: 'time', timeUnit },
        { type: 'aggregation', aggregation: 'count' },
      ],
    };
    yield {
      select: [{ type: 'time', timeUnit, field: 'createdAt' }],
      orderBy: [{ field: `createdAt_${timeUnit}`, direction: 'desc' }],
    };
  }
  for (const field of FIELDS)
    for (const aggregation of ['count', 'countDistinct']) yield { select: [{ type: 'aggregation', aggregation, field }] };
  yield { select: [{ type: 'aggregation', aggregation: 'count' }] };
  for (const aggregation of ['min', 'max']) yield { select: [{ type: 'aggregation', aggregation, field: 'createdAt' }] };
  for (const aggregation of AGGREGATIONS) {
    for (const field of JSONS) for (const path of PATHS) yield { select: [{ type: 'aggregation', aggregation, field, path }] };
  }
}

function* groups() {
  for (const field of FIELDS) {
    for (const includeInSelect of [true, false]) {
      const select = [{ type: 'aggregation', aggregation: 'count', field: 'id' }];
      yield { select, groupBy: [{ field, includeInSelect }], orderBy: [{ field: 'count_id', direction: 'desc' }] };
    }
  }
  for (const field of JSONS)
    for (const path of PATHS) yield { groupBy: [{ field, path }], select: [{ type: 'aggregation', aggregation: 'count' }] };
  for (const field of [...TEXTS, 'createdAt'])
    yield { select: [{ type: 'field', field }], orderBy: [{ field, direction: 'asc' }] };
}

export const QUESTIONS = [...conditions(), ...selections(), ...groups()];

export const EVENTS = [
  {
    entityType: 'message',
    type: 'x',
    messageId: 'm1',
    createdAt: new Date(TIME),
    properties: { n: 1, deep: { list: ['a', 'b'] }, 'a.b': null },
  },
  {
    entityType: 'message',
    type: 'y',
    messageId: 'm2',
    properties: { n: 2.5, userId: 7, supportAgentName: 'A', deep: { list: [] } },
    userProperties: { userId: 7, plan: 'pro', n: [1], supportAgentName: null },
  },
  { entityType: 'conversation', type: 'z', conversationId: 'c1', properties: null, userProperties: { id: 'u1', plan: true } },
  ...['guards', 'guards', 'é "quoted"', ''].map((searchQuery) => ({
    entityType: 'search',
    type: 'search_query_submitted',
    searchQuery,
  })),
];

import type { INestApplicationContext } from '@nestjs/common';
import type { EventQueryService } from '../../lib/query/event-query.service.js';
import type { EventsFilter, FilterOperator, QueryRequest } from '../../lib/query/query-request.interface.js';
import { newRecord } from '../utils/events.js';
import { queryHost } from './query-host.js';

const at = (time: string) => `2026-03-${time}.000Z`;
const EVENTS = [
  newRecord({
    id: 'a',
    type: 'view',
    createdAt: at('29T00:30:00'),
    properties: { page: '/', n: 1, tags: ['x', 'y'], o: { k: 1 } },
  }),
  newRecord({ id: 'b', type: 'view', createdAt: at('29T22:30:00'), properties: { page: '/a', n: 2.5, list: [{ k: 1, l: 2 }] } }),
  newRecord({ id: 'c', type: 'buy', createdAt: at('30T10:00:00'), properties: { page: '/', n: '2', flag: true, no: null } }),
  newRecord({ id: 'd', type: 'buy', createdAt: '2026-04-01T00:00:00.000Z', properties: null, userProperties: { userId: 7 } }),
];

let app: INestApplicationContext;
let service: EventQueryService;

beforeAll(async () => ({ app, service } = await queryHost(EVENTS)));
afterAll(() => app.close());

async function idsOf(where: EventsFilter): Promise<string> {
  const { result } = await service.query({
    where,
    select: [{ type: 'field', field: 'id' }],
    orderBy: [{ field: 'id', direction: 'asc' }],
  });
  return result.map(({ id }) => id).join('');
}

const path = (...path: string[]) => ({ path });

it.each<
  [
    field: 'id' | 'type' | 'messageId' | 'createdAt' | 'properties' | 'userProperties' | 'userKey',
    FilterOperator,
    unknown,
    string,
  ]
>([
  ['type', 'eq', 'buy', 'cd'],
  ['type', 'neq', 'buy', 'ab'],
  ['type', 'gt', 'buy', 'ab'],
  ['type', 'gte', 'buy', 'abcd'],
  ['type', 'lt', 'view', 'cd'],
  ['type', 'lte', 'view', 'abcd'],
  ['type', 'in', ['buy', 'x'], 'cd'],
  ['type', 'in', [], ''],
  ['type', 'notIn', ['buy'], 'ab'],
  ['type', 'notIn', [], 'abcd'],
  ['type', 'contains', 'ie', 'ab'],
  ['type', 'startsWith', 'b', 'cd'],
  ['messageId', 'isNull', undefined, ''],
  ['messageId', 'isNotNull', undefined, 'abcd'],
  ['messageId', 'eq', null, ''],
  ['messageId', 'in', [null, 'm1'], 'abcd'],
  ['userKey', 'eq', '7', 'd'],
  ['createdAt', 'eq', '2026-03-30T12:00:00+02:00', 'c'],
  ['createdAt', 'gte', new Date(at('30T10:00:00')), 'cd'],
  ['createdAt', 'lt', at('30T10:00:00'), 'ab'],
  ['createdAt', 'in', [at('30T10:00:00')], 'c'],
  ['properties', 'eq', { ...path('page'), value: '/' }, 'ac'],
  ['properties', 'neq', { ...path('page'), value: '/' }, 'bd'],
  ['properties', 'eq', { ...path('n'), value: 2 }, ''],
  ['properties', 'eq', { ...path('flag'), value: true }, 'c'],
  ['properties', 'eq', { ...path('no'), value: null }, 'abcd'],
  ['properties', 'in', { ...path('n'), value: [1, '2'] }, 'ac'],
  ['properties', 'in', { ...path('page'), value: ['/a', null] }, 'bd'],
  ['properties', 'notIn', { ...path('n'), value: [1, '2'] }, 'bd'],
  ['properties', 'gt', { ...path('n'), value: 1 }, 'b'],
  ['properties', 'gte', { ...path('n'), value: 1 }, 'ab'],
  ['properties', 'lt', { ...path('n'), value: '3' }, 'c'],
  ['properties', 'lte', { ...path('page'), value: '/' }, 'ac'],
  ['properties', 'contains', { ...path('page'), value: 'a' }, 'b'],
  ['properties', 'startsWith', { ...path('page'), value: '/' }, 'abc'],
  ['properties', 'arrayContains', { ...path('tags'), value: 'x' }, 'a'],
  ['properties', 'arrayContains', { ...path('tags'), value: ['x', 'z'] }, ''],
  ['properties', 'jsonContains', { o: { k: 1 } }, 'a'],
  ['properties', 'jsonContains', { ...path('tags'), value: ['y'] }, 'a'],
  ['properties', 'jsonContainedBy', { page: '/', n: '2', flag: true, no: null, more: 1 }, 'c'],
  ['properties', 'jsonContainedBy', { ...path('o'), value: { k: 1, l: 1 } }, 'a'],
  ['properties', 'jsonHasKey', 'no', 'c'],
  ['properties', 'jsonHasKey', { ...path('o'), value: 'k' }, 'a'],
  ['properties', 'jsonHasAnyKey', ['tags', 'flag'], 'ac'],
  ['properties', 'jsonHasAllKeys', ['page', 'flag'], 'c'],
  ['properties', 'jsonArrayContainsObject', { ...path('list'), value: { k: 1 } }, 'b'],
  ['properties', 'isNull', undefined, 'd'],
  ['properties', 'isNotNull', null, 'abc'],
  ['properties', 'isNull', path('no'), 'abcd'],
  ['properties', 'isNotNull', { ...path('flag'), value: null }, 'c'],
  ['properties', 'eq', EVENTS[2].properties, 'c'],
  ['properties', 'eq', null, 'd'],
  ['properties', 'in', [EVENTS[2].properties, null], 'cd'],
  ['userProperties', 'eq', { path: ['userId'], value: 7, more: 1 }, ''],
])('%s %s %j finds "%s"', async (field, operator, value, ids) => {
  expect(await idsOf({ condition: { field, operator, value: value as never } })).toBe(ids);
});

it('lists of conditions nest, an empty `and` is true, and an empty `or` false', async () => {
  const type = { condition: { field: 'type', operator: 'eq', value: 'buy' } } as const;
  const page = { condition: { field: 'properties', operator: 'eq', value: { path: ['page'], value: '/' } } } as const;
  expect(await idsOf({ and: [] })).toBe('abcd');
  expect(await idsOf({ or: [] })).toBe('');
  expect(await idsOf({ or: [type, page] })).toBe('acd');
  expect(await idsOf({ and: [type, { or: [page] }] })).toBe('c');
});

it.each<[string, QueryRequest, object[]]>([
  ['a count', { select: [{ type: 'aggregation', aggregation: 'count' }] }, [{ count: 4 }]],
  ['distinct events', { select: [{ type: 'aggregation', aggregation: 'countDistinct' }] }, [{ countDistinct: 4 }]],
  [
    'aggregates of paths, left out where there are none',
    {
      select: [
        ...(['count', 'countDistinct', 'sum', 'avg', 'min', 'max'] as const).map((aggregation) => ({
          type: 'aggregation' as const,
          aggregation,
          field: 'properties' as const,
          path: ['n'],
        })),
        { type: 'aggregation', aggregation: 'sum', field: 'properties', path: ['page'] },
        { type: 'aggregation', aggregation: 'count', field: 'organizationId' },
        { type: 'aggregation', aggregation: 'countDistinct', field: 'type' },
      ],
    },
    [
      {
        'count_properties.n': 3,
        'countDistinct_properties.n': 3,
        'sum_properties.n': 3.5,
        'avg_properties.n': 1.75,
        'min_properties.n': 1,
        'max_properties.n': 2.5,
        count_organizationId: 0,
        countDistinct_type: 2,
      },
    ],
  ],
  [
    'times of events as numbers',
    {
      select: [
        { type: 'aggregation', aggregation: 'min', field: 'createdAt' },
        { type: 'aggregation', aggregation: 'max', field: 'createdAt' },
      ],
    },
    [{ min_createdAt: Date.parse(at('29T00:30:00')), max_createdAt: Date.parse('2026-04-01T00:00:00.000Z') }],
  ],
  ...(
    [
      ['hour', { [at('29T00:00:00')]: 1, [at('29T22:00:00')]: 1, [at('30T10:00:00')]: 1, '2026-04-01T00:00:00.000Z': 1 }],
      ['day', { [at('29T00:00:00')]: 2, [at('30T00:00:00')]: 1, '2026-04-01T00:00:00.000Z': 1 }],
      ['week', { [at('23T00:00:00')]: 2, [at('30T00:00:00')]: 2 }],
      ['month', { [at('01T00:00:00')]: 3, '2026-04-01T00:00:00.000Z': 1 }],
    ] as const
  ).map(([timeUnit, counts]): [string, QueryRequest, object[]] => [
    `counts by ${timeUnit}`,
    {
      select: [
        { type: 'time', timeUnit },
        { type: 'aggregation', aggregation: 'count' },
      ],
    },
    Object.entries(counts).map(([time, count]) => ({ [`createdAt_${timeUnit}`]: time, count })),
  ]),
  [
    'the days of a time zone, one of which has 23 hours',
    {
      select: [
        { type: 'time', timeUnit: 'day' },
        { type: 'aggregation', aggregation: 'count' },
      ],
      timezone: 'Europe/Berlin',
    },
    [
      { createdAt_day: at('28T23:00:00'), count: 1 },
      { createdAt_day: at('29T22:00:00'), count: 2 },
      { createdAt_day: '2026-03-31T22:00:00.000Z', count: 1 },
    ],
  ],
  [
    'the request of the SDK, most frequent first',
    {
      select: [{ type: 'aggregation', aggregation: 'count', field: 'id' }],
      groupBy: [{ field: 'properties', path: ['page'], includeInSelect: true }],
      orderBy: [{ field: 'count_id', direction: 'desc' }],
      notes: 'n',
    },
    [
      { 'properties.page': '/', count_id: 2 },
      { 'properties.page': null, count_id: 1 },
      { 'properties.page': '/a', count_id: 1 },
    ],
  ],
  [
    'groups without their column, ordered by it',
    {
      select: [{ type: 'aggregation', aggregation: 'count' }],
      groupBy: [{ field: 'id', includeInSelect: false }],
      where: { condition: { field: 'id', operator: 'in', value: ['a', 'b'] } },
      orderBy: [{ field: 'id', direction: 'desc' }],
    },
    [{ count: 1 }, { count: 1 }],
  ],
  [
    'a field beside an aggregate, which is grouped by',
    {
      select: [
        { type: 'field', field: 'eventType' },
        { type: 'field', field: 'type' },
        { type: 'aggregation', aggregation: 'count' },
      ],
    },
    [
      { eventType: 'message', type: 'buy', count: 2 },
      { eventType: 'message', type: 'view', count: 2 },
    ],
  ],
  [
    'what is no text, as JSON text',
    {
      select: (['n', 'tags', 'o', 'flag', 'no'] as const).map((key) => ({ type: 'field', field: 'properties', path: [key] })),
      where: { condition: { field: 'id', operator: 'in', value: ['a', 'c'] } },
      orderBy: [{ field: 'properties.n', direction: 'asc' }],
    },
    [
      { 'properties.n': '2', 'properties.tags': null, 'properties.o': null, 'properties.flag': 'true', 'properties.no': null },
      {
        'properties.n': '1',
        'properties.tags': '["x","y"]',
        'properties.o': '{"k":1}',
        'properties.flag': null,
        'properties.no': null,
      },
    ],
  ],
])('answers %s', async (_, request, rows) => {
  const { result } = await service.query(request);
  expect(result).toEqual(rows);
  expect(result.map((row) => Object.keys(row))).toEqual(rows.map((row) => Object.keys(row)));
});

it('a whole field is an object of texts, whatever its keys, and another organization is no key', async () => {
  const properties = JSON.parse('{"__proto__":1,"a":null,"t":["x"],"s":"s"}');
  const host = await queryHost([newRecord({ properties })]);
  const select = [
    { type: 'field', field: 'properties' },
    { type: 'field', field: 'organizationId' },
  ] as const;
  const { result } = await host.service.query({ select });
  expect(JSON.stringify(result)).toBe('[{"properties":{"__proto__":"1","t":"[\\"x\\"]","s":"s"}}]');
  await host.app.close();
});

import { Buffer } from 'node:buffer';
import { InvalidQueryException } from '../../lib/query/invalid-query.exception.js';
import { parseListing } from '../../lib/query/grammar/listing.parser.js';
import { parsePropertyKeys, parsePropertyValues } from '../../lib/query/grammar/properties.parser.js';
import { parseExport, parseQuery } from '../../lib/query/grammar/query.parser.js';
import { parseTopSearches, parseWeeklyUsers } from '../../lib/query/grammar/searches.parser.js';

const SECRET = 'what-the-caller-sent';

function faultsOf(parse: () => unknown): { pointer: string; detail: string }[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof InvalidQueryException) return error.errors;
    throw error;
  }
  return [];
}

const pointersOf = (parse: () => unknown) => faultsOf(parse).map(({ pointer }) => pointer);
const condition = (field: string, operator: string, ...value: unknown[]) => ({
  condition: { field, operator, ...(value.length > 0 && { value: value[0] }) },
});
const nested = (levels: number): unknown => (levels === 0 ? condition('id', 'eq', 'a') : { and: [nested(levels - 1)] });
const at = (path: string[], ...value: unknown[]) => ({ path, ...(value.length > 0 && { value: value[0] }) });
const NEW_YEAR = '2026-01-01T00:00:00Z';
const PATH_OF_65 = Array.from({ length: 65 }, () => 'k');
const count = { type: 'aggregation', aggregation: 'count' };

it.each<[string, unknown, string[]]>([
  ['null', null, ['#']],
  ['a list', [], ['#']],
  ['an unknown member', { slect: [SECRET], selects: SECRET }, ['#/slect', '#/selects']],
  ['a key of every prototype', JSON.parse('{"__proto__":{},"constructor":1}'), ['#/__proto__', '#/constructor']],
  ['a filter of the wrong type', { where: 5 }, ['#/where']],
  ['a condition and a list in one', { where: { ...condition('id', 'eq', 'a'), and: [] } }, ['#/where']],
  ['an empty filter', { where: {} }, ['#/where']],
  ['a list that is none', { where: { and: {} } }, ['#/where/and']],
  ['an unknown operator', { where: { and: [condition('id', 'like', 'a')] } }, ['#/where/and/0/condition/operator']],
  ['an unknown field', { where: condition(SECRET, 'eq', 'a') }, ['#/where/condition/field']],
  ['__proto__ as a field', { where: condition('__proto__', 'eq', 'a') }, ['#/where/condition/field']],
  ['constructor as an operator', { where: condition('id', 'constructor', 'a') }, ['#/where/condition/operator']],
  ['no value', { where: condition('id', 'eq') }, ['#/where/condition/value']],
  ['a number for a text', { where: condition('id', 'eq', 5) }, ['#/where/condition/value']],
  ['a value of isNull', { where: condition('id', 'isNull', 'a') }, ['#/where/condition/value']],
  ['a value of isNull at a path', { where: condition('properties', 'isNull', at(['a'], 1)) }, ['#/where/condition/value/value']],
  ['no date-time', { where: condition('createdAt', 'gte', SECRET) }, ['#/where/condition/value']],
  ['a part of a time', { where: condition('createdAt', 'contains', '2026') }, ['#/where/condition/operator']],
  ['keys of a text', { where: condition('type', 'jsonHasKey', 'a') }, ['#/where/condition/operator']],
  ['JSON of a text', { where: condition('type', 'jsonContains', {}) }, ['#/where/condition/operator']],
  ['no list of in', { where: condition('type', 'in', 'a') }, ['#/where/condition/value']],
  ['a number in in', { where: condition('type', 'in', ['a', 5]) }, ['#/where/condition/value/1']],
  ['1,001 values', { where: condition('type', 'in', Array.from({ length: 1_001 }, String)) }, ['#/where/condition/value']],
  ['a whole field as a text', { where: condition('properties', 'eq', 'a') }, ['#/where/condition/value']],
  ['the order of a whole field', { where: condition('properties', 'gt', 5) }, ['#/where/condition/value']],
  ...[true, null, [1], { a: 1 }].map((value): [string, unknown, string[]] => [
    `${JSON.stringify(value)} as a limit`,
    { where: condition('properties', 'gt', at(['a'], value)) },
    ['#/where/condition/value/value'],
  ]),
  [
    'items that are objects',
    { where: condition('properties', 'arrayContains', at(['a'], [{}])) },
    ['#/where/condition/value/value/0'],
  ],
  [
    'an item that is an object',
    { where: condition('properties', 'arrayContains', at(['a'], {})) },
    ['#/where/condition/value/value'],
  ],
  ['keys that are no list', { where: condition('fields', 'jsonHasAnyKey', at(['a'], 'k')) }, ['#/where/condition/value/value']],
  [
    'no object to contain',
    { where: condition('fields', 'jsonArrayContainsObject', at(['a'], 1)) },
    ['#/where/condition/value/value'],
  ],
  ...['a', null, 5, { a: 1 }, ['a', 0]].map((path): [string, unknown, string[]] => [
    `${JSON.stringify(path)} as a path to compare at`,
    { where: condition('properties', 'eq', { path, value: SECRET }) },
    ['#/where/condition/value/path'],
  ]),
  ['a text as a path of isNull', { where: condition('properties', 'isNull', { path: 'a' }) }, ['#/where/condition/value/path']],
  ['a group at a path that is none', { groupBy: [{ field: 'properties', path: 'a' }] }, ['#/groupBy/0/path']],
  [
    'an aggregate at a path that is none',
    { select: [{ type: 'aggregation', aggregation: 'sum', field: 'properties', path: 'a' }] },
    ['#/select/0/path'],
  ],
  [
    'times that exclude each other',
    { where: { or: [{ and: [condition('createdAt', 'gt', NEW_YEAR), condition('createdAt', 'lt', '2025-12-31T00:00:00Z')] }] } },
    ['#/where/or/0/and'],
  ],
  ['a path of 65 keys', { where: condition('properties', 'eq', at(PATH_OF_65, 1)) }, ['#/where/condition/value/path']],
  ['11 levels', { where: nested(11) }, [`#/where${'/and/0'.repeat(10)}/and`]],
  [
    '101 conditions',
    {
      where: { and: [{ or: Array.from({ length: 60 }, () => nested(0)) }, { or: Array.from({ length: 60 }, () => nested(0)) }] },
    },
    ['#/where'],
  ],
  ['a list of 101', { where: { or: Array.from({ length: 101 }, () => nested(0)) } }, ['#/where/or']],
  ['21 selections', { select: Array.from({ length: 21 }, () => count) }, ['#/select']],
  ['a selection that is none', { select: ['id'] }, ['#/select/0/type']],
  ['an unknown type', { select: [{ type: 'sum' }] }, ['#/select/0/type']],
  ['an unknown aggregate', { select: [{ type: 'aggregation', aggregation: 'median' }] }, ['#/select/0/aggregation']],
  ...['sum', 'avg', 'min', 'max'].flatMap((aggregation): [string, unknown, string[]][] => [
    [`${aggregation} of a text`, { select: [{ type: 'aggregation', aggregation, field: 'id' }] }, ['#/select/0/aggregation']],
    [`${aggregation} of nothing`, { select: [{ type: 'aggregation', aggregation }] }, ['#/select/0/field']],
    [
      `${aggregation} of a whole field`,
      { select: [{ type: 'aggregation', aggregation, field: 'properties' }] },
      ['#/select/0/path'],
    ],
  ]),
  ['the sum of times', { select: [{ type: 'aggregation', aggregation: 'sum', field: 'createdAt' }] }, ['#/select/0/aggregation']],
  ['a time of what is none', { select: [{ type: 'time', timeUnit: 'day', field: 'messageId' }] }, ['#/select/0/field']],
  ['an unknown unit', { select: [{ type: 'time', timeUnit: 'year' }] }, ['#/select/0/timeUnit']],
  ['a path in a text', { select: [{ type: 'field', field: 'type', path: ['a'] }] }, ['#/select/0/path']],
  ['a path that is no list', { select: [{ type: 'field', field: 'fields', path: 'a' }] }, ['#/select/0/path']],
  ['a path with numbers', { select: [{ type: 'field', field: 'fields', path: [0] }] }, ['#/select/0/path']],
  ['a mode beside a path', { select: [{ type: 'field', field: 'fields', path: ['a'], mode: 'json' }] }, ['#/select/0/mode']],
  ['one selection twice', { select: [count, count] }, ['#/select/1']],
  [
    'two paths of one key',
    {
      select: [
        { type: 'field', field: 'properties', path: ['a.b'] },
        { type: 'field', field: 'properties', path: ['a', 'b'] },
      ],
    },
    ['#/select/1'],
  ],
  [
    'a group and a selection of one key',
    { select: [{ type: 'field', field: 'properties', path: ['a.b'] }], groupBy: [{ field: 'properties', path: ['a', 'b'] }] },
    ['#/select/0'],
  ],
  ['a group twice', { groupBy: [{ field: 'type' }, { field: 'type' }] }, ['#/groupBy/1']],
  ['includeInSelect', { groupBy: [{ field: 'type', includeInSelect: 'yes' }] }, ['#/groupBy/0/includeInSelect']],
  ['no direction', { orderBy: [{ field: 'id' }] }, ['#/orderBy/0/direction']],
  ['an order by what is no column', { orderBy: [{ field: 'count_id', direction: 'asc' }] }, ['#/orderBy/0/field']],
  [
    'an order by what is not grouped by',
    { select: [count], orderBy: [{ field: 'id', direction: 'asc' }] },
    ['#/orderBy/0/field'],
  ],
  ['limit 0', { limit: 0 }, ['#/limit']],
  ['limit 10,001', { limit: 10_001 }, ['#/limit']],
  ['limit 1.5', { limit: 1.5 }, ['#/limit']],
  ['a limit as text', { limit: '5' }, ['#/limit']],
  ['an entity type that is empty', { entityType: '' }, ['#/entityType']],
  ['a whole day as a moment', { where: condition('createdAt', 'eq', '2026-01-31') }, ['#/where/condition/value']],
  ['no time zone', { timezone: 'Mars/Base' }, ['#/timezone']],
  ['an offset as a time zone', { timezone: '+01:00' }, ['#/timezone']],
  ['long notes', { notes: 'n'.repeat(1_001) }, ['#/notes']],
  ['a cursor that is none', { cursor: SECRET }, ['#/cursor']],
  ['a cursor of another form', { cursor: Buffer.from('[1,2]').toString('base64url') }, ['#/cursor']],
  [
    'faults everywhere',
    { limit: 0, timezone: 5, where: { or: [5, {}] }, orderBy: 1 },
    ['#/where/or/0', '#/where/or/1', '#/timezone', '#/orderBy', '#/limit'],
  ],
])('a query with %s is refused at its place, without what was sent', (_, request, pointers) => {
  const faults = faultsOf(() => parseQuery(request, {}));
  expect(faults.map(({ pointer }) => pointer)).toEqual(pointers);
  expect(faults.map(({ detail }) => detail).join()).not.toContain(SECRET);
});

const COUNTED = 'known are select, groupBy, where, entityType, orderBy, notes, timezone, limit, cursor';

it.each<[string, unknown, string, string]>([
  ['a slip', { selct: [] }, '#/selct', `The member \`selct\` is unknown: ${COUNTED}`],
  ['a long name', { ['n'.repeat(65)]: 1 }, `#/${'n'.repeat(65)}`, `The member \`${'n'.repeat(64)}…\` is unknown: ${COUNTED}`],
  [
    'a filter of the list',
    { from: '2026-01-31' },
    '#/from',
    '{ "field": "createdAt", "operator": "gte", "value": "2026-01-31" }',
  ],
  ['the end of one', { to: '2026-01-31' }, '#/to', '"operator": "lt"'],
  ['a user', { userId: 'u' }, '#/userId', '"field": "userKey"'],
  ['a mode beside select', { mode: 'json' }, '#/mode', 'belongs into an item of `select`'],
  ['a bare condition', { where: { and: [condition('id', 'eq', 'a').condition] } }, '#/where/and/0', 'wrapped: { "condition": {'],
  ['a list of conditions', { where: [] }, '#/where', '{ "and": […] }'],
  [
    'a path beside the value',
    { where: { condition: { field: 'properties', path: ['a'] } } },
    '#/where/condition/path',
    'into the value',
  ],
  [
    'a dotted field',
    { where: condition('properties.lang', 'eq', 'de') },
    '#/where/condition/field',
    '"value": { "path": ["lang"], ',
  ],
  ['a dotted selection', { select: [{ type: 'field', field: 'properties.lang' }] }, '#/select/0/field', '"path": ["lang"] }'],
  ['a dotted group', { groupBy: [{ field: 'properties.lang' }] }, '#/groupBy/0/field', '"path": ["lang"] }'],
  ['no time', { where: condition('createdAt', 'gte', 'now') }, '#/where/condition/value', 'or a date such as 2026-01-31'],
  ['a day', { where: condition('createdAt', 'in', ['2026-01-31']) }, '#/where/condition/value/0', 'by gte and lt'],
])('a query with %s is answered with what to write instead', (_, request, pointer, words) => {
  const [fault] = faultsOf(() => parseQuery(request, {}));
  expect(fault).toEqual({ pointer, detail: expect.stringContaining(words) });
});

it('plain dates in conditions are their first moments in UTC', () => {
  const { query } = parseQuery({ where: condition('createdAt', 'lt', '2026-01-31') }, {});
  expect(query.where).toMatchObject({ value: '2026-01-31T00:00:00.000Z' });
});

it('ranges that begin and end at once, and times that may or may not hold, are taken', () => {
  const times = [condition('createdAt', 'gte', NEW_YEAR), condition('createdAt', 'lt', NEW_YEAR)];
  expect(pointersOf(() => parseQuery({ where: { and: times } }, {}))).toEqual([]);
  expect(
    pointersOf(() => parseQuery({ where: { or: [times[0], condition('createdAt', 'lt', '2025-01-01T00:00:00Z')] } }, {})),
  ).toEqual([]);
  expect(pointersOf(() => parseListing({ from: '2026-01-31', to: '2026-01-31' }, {}))).toEqual([]);
});

it('a path that is none is answered with one, and JSON that looks like one can still be compared with', () => {
  const where = condition('properties', 'eq', { path: 'lang', value: 'de' });
  expect(faultsOf(() => parseQuery({ where }, {}))[0].detail).toBe('path must be a list of names, for instance ["lang"]');
  const json = { path: 'lang', value: 'de' };
  const { query } = parseQuery({ where: condition('properties', 'eq', at([], json)) }, {});
  expect(query.where).toMatchObject({ operand: { field: 'properties', path: [] }, values: [json] });
});

it('values beyond 10,000 in one request are refused, and so are faults beyond 50 left out', () => {
  const many = { and: Array.from({ length: 11 }, () => condition('id', 'in', Array.from({ length: 1_000 }, String))) };
  expect(pointersOf(() => parseQuery({ where: many }, {}))[0]).toBe('#/where/and/10/condition/value/0');
  const where = { and: Array.from({ length: 100 }, () => condition('id', 'eq', 5)) };
  expect(faultsOf(() => parseQuery({ where }, {}))).toHaveLength(50);
});

it('2 MiB of conditions are refused at once', () => {
  const where = { and: Array.from({ length: 30_000 }, () => condition('id', 'eq', 'a')) };
  const began = process.cpuUsage();
  expect(pointersOf(() => parseQuery({ where }, {}))).toEqual(['#/where/and']);
  expect(process.cpuUsage(began).user).toBeLessThan(500_000);
});

it.each<[string, unknown, string[]]>([
  ['an unknown parameter', { page: '2' }, ['#/page']],
  ['a filter', { where: {} }, ['#/where']],
  ['a repeated parameter', { type: ['a', 'b'] }, ['#/type']],
  ['times that are none', { from: '2026-02-30', to: 'x' }, ['#/from', '#/to']],
  ['a range that ends before it begins', { from: '2026-02-01', to: '2026-01-31T23:59:59Z' }, ['#/from']],
  ['limit 0', { limit: '0' }, ['#/limit']],
  ['limit 1,001', { limit: '1001' }, ['#/limit']],
  ['a limit that is none', { limit: '1e2' }, ['#/limit']],
  ['an entity type that is empty', { entityType: '' }, ['#/entityType']],
  ['nobody', { userId: '' }, ['#/userId']],
  ['a cursor that is none', { cursor: 'x' }, ['#/cursor']],
])('a listing with %s is refused at its place', (_, request, pointers) => {
  expect(pointersOf(() => parseListing(request, {}))).toEqual(pointers);
});

it('what is asked of properties, searches and exports is held to its own members', () => {
  expect(pointersOf(() => parsePropertyKeys({}, {}))).toEqual(['#/field']);
  expect(pointersOf(() => parsePropertyKeys({ field: 'id', views: ['x'] }, {}))).toEqual(['#/field', '#/views/0']);
  expect(pointersOf(() => parsePropertyKeys({ field: 'properties', where: condition('reasons', 'isNull') }, {}))).toEqual([
    '#/where/condition/field',
  ]);
  expect(pointersOf(() => parsePropertyValues({ field: 'properties', limit: -3.5 }, {}))).toEqual(['#/key', '#/limit']);
  expect(pointersOf(() => parseTopSearches({ after: 'x', project: 'p' }, {}))).toEqual(['#/project', '#/after']);
  expect(faultsOf(() => parseWeeklyUsers({ after: '9999-01-01' }, {}))[0].detail).toMatch(/^after must not be in the future/);
  expect(pointersOf(() => parseTopSearches({ after: new Date() }, {}))).toEqual([]);
  expect(pointersOf(() => parseExport({ cursor: 'x' }, {}))).toEqual(['#/cursor']);
  expect(parseExport({}, {}).limit).toBe(Infinity);
});

import { expectTypeOf } from 'expect-type';
import type { EventOf, StoredEvent } from 'nestjs-event-log';
import { Observation } from '../../lib/diagnostics/observation.js';
import { EventReader } from '../../lib/storage/event-reader.js';
import type { EventFilter, PageRequest, ReadingOptions } from '../../lib/query/event-filter.interface.js';
import { parseListing } from '../../lib/query/grammar/listing.parser.js';
import { InvalidQueryException } from '../../lib/query/invalid-query.exception.js';
import { BoundedReader } from '../../lib/query/bounded-reader.js';
import type { QueryRequest } from '../../lib/query/query-request.interface.js';
import { cursorOf } from '../../lib/query/query-cursor.js';
import { QuerySettings } from '../../lib/query/query-settings.js';
import type { Keyset } from '../../lib/storage/reading/event-query.interface.js';
import { tookTooLong } from '../../lib/storage/reading/query-refusal.js';
import { OrderEventDto, SignUpEventDto } from '../fixtures/order-event.dto.js';
import { newRecord } from '../utils/events.js';
import { queryHost } from './query-host.js';
import { ownTime } from '../utils/own-time.js';

type Host = Awaited<ReturnType<typeof queryHost>>;
const hosts: Host[] = [];

async function host(...given: Parameters<typeof queryHost>): Promise<Host> {
  const made = await queryHost(...given);
  hosts.push(made);
  return made;
}

afterEach(async () => {
  for (const { app } of hosts.splice(0)) await app.close();
});

const DAY = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();
const numbered = (count: number, fields: object = {}) =>
  Array.from({ length: count }, (_, n) => newRecord({ id: `e${String(n).padStart(5, '0')}`, ...fields }));
const order = (id: string) =>
  newRecord({
    id,
    entityType: 'order',
    messageId: undefined,
    fields: { orderId: id, totalCents: 5 },
    userProperties: { userId: 'u' },
  });

const pointersOf = (asked: Promise<unknown>) =>
  asked.then(
    () => [],
    (error: InvalidQueryException) => error.errors.map(({ pointer }) => pointer),
  );

describe('find()', () => {
  it('finds within the scope alone, and an id of several projects only with one of them', async () => {
    const { service } = await host([newRecord({ id: 'a' }), newRecord({ id: 'a', projectId: 'q' }), order('o')]);
    expect(await service.find('a', 'q')).toMatchObject({ id: 'a', projectId: 'q' });
    expect(await pointersOf(service.find('a'))).toEqual(['#/projectId']);
    expect(await service.find('a', undefined, { scope: { projectId: 'p' } })).toMatchObject({ projectId: 'p' });
    expect(await service.find('a', 'q', { scope: { projectId: 'p' } })).toBeUndefined();
    expect(await service.find('o', 'p', { scope: { entityTypes: ['message'] } })).toBeUndefined();
    expect(await service.find('nobody\0')).toBeUndefined();
  });

  it('finds events of a class with their own fields flat, and no others', async () => {
    const { service } = await host([order('o'), newRecord({ id: 'a' })]);
    expect(await service.find(OrderEventDto, 'o')).toMatchObject({ orderId: 'o', totalCents: 5 });
    expect(await service.find(OrderEventDto, 'a')).toBeUndefined();
    await expect(service.find(SignUpEventDto, 'a')).rejects.toThrow('SignUpEventDto is no entity type in force');
  });
});

describe('options', () => {
  it.each([
    [null, '#/options'],
    [{ scop: {} }, '#/options/scop'],
    [{ scope: null }, '#/options/scope'],
    [{ scope: 'p' }, '#/options/scope'],
    [{ scope: { project: 'p' } }, '#/options/scope/project'],
    [{ scope: { projectId: 5 } }, '#/options/scope/projectId'],
    [{ scope: { integrationId: null } }, '#/options/scope/integrationId'],
    [{ scope: { entityTypes: 'order' } }, '#/options/scope/entityTypes'],
    [{ scope: { entityTypes: [5] } }, '#/options/scope/entityTypes/0'],
  ])('with a slip, such as %j, are refused by every read, which would be of all events', async (options, pointer) => {
    const { service } = await host([newRecord({ id: 'a' })]);
    const slip = options as never;
    const property = { field: 'properties', key: 'k' } as const;
    const asked = [
      service.find('a', 'p', slip),
      service.list({}, {}, slip),
      service.iterate({}, slip).next(),
      service.query({}, slip),
      service.export({}, slip),
      service.propertyKeys({ field: 'properties' }, slip),
      service.propertyValues(property, slip),
      service.topSearchQueries({}, slip),
      service.weeklySearchUsers({}, slip),
    ];
    expect(await Promise.all(asked.map(pointersOf))).toEqual(asked.map(() => [pointer]));
  });

  it('are taken as they are where they are right', async () => {
    const { service } = await host([newRecord({ id: 'a' }), newRecord({ id: 'b', projectId: 'q' })]);
    const scope = { projectId: 'p', integrationId: undefined, entityTypes: ['message'] };
    const { data } = await service.list({}, {}, { scope, signal: undefined });
    expect(data.map(({ id }) => id)).toEqual(['a']);
  });
});

it.each([null, 5, []])('a filter or a page that is %j is refused, and does not ask for all events', async (none) => {
  const { service } = await host();
  const asked = [service.list(none as never), service.list({}, none as never), service.iterate(none as never).next()];
  expect(await Promise.all(asked.map(pointersOf))).toEqual([['#'], ['#'], ['#']]);
});

it.each([undefined, null, 5, {}])('find() of %j is refused as no id', async (id) => {
  const { service } = await host();
  expect(await pointersOf(service.find(id as never))).toEqual(['#/id']);
});

describe('list() and iterate()', () => {
  it('pages hold every event once while others are stored, and a cursor serves its own filter alone', async () => {
    const { service, repository } = await host(numbered(25));
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const { data, nextCursor } = await service.list({ projectId: 'p' }, { limit: 10, cursor });
      ids.push(...data.map(({ id }) => id));
      cursor = nextCursor ?? undefined;
      await repository.insert([newRecord({ createdAt: new Date().toISOString() })], 5_000);
    } while (cursor !== undefined);
    expect(ids).toEqual(
      numbered(25)
        .map(({ id }) => id)
        .reverse(),
    );

    const { nextCursor } = await service.list({ projectId: 'p' }, { limit: 10 });
    const next = nextCursor ?? '';
    expect(next).toMatch(/^[\w-]{1,300}$/);
    expect((await service.list({ projectId: 'p' }, { limit: 5, cursor: next })).data).toHaveLength(5);
    expect(await pointersOf(service.list({ projectId: 'q' }, { cursor: next }))).toEqual(['#/cursor']);
    expect(await pointersOf(service.list({}, { cursor: next }))).toEqual(['#/cursor']);
    expect(await pointersOf(service.list({ projectId: 'p' }, { cursor: next }, { scope: { integrationId: 'i' } }))).toEqual([
      '#/cursor',
    ]);
    const { question } = parseListing({ projectId: 'p' }, {});
    for (const keyset of [[], [1, 2, 3], ['x'], ['a\0', 'b', 'c'], {}, 'x']) {
      const forged = cursorOf(question, keyset as Keyset) ?? '';
      expect(await pointersOf(service.list({ projectId: 'p' }, { cursor: forged }))).toEqual(['#/cursor']);
    }
  });

  it('each filter finds its own, and none leaves the scope', async () => {
    const { service } = await host([
      newRecord({ id: 'a', createdAt: '2026-01-01T00:00:00.000Z', integrationId: 'i' }),
      newRecord({ id: 'b', createdAt: '2026-01-02T00:00:00.000Z', type: 'x' }),
      newRecord({ id: 'c', createdAt: '2026-01-03T00:00:00.000Z', projectId: null, userProperties: { id: 7 } }),
    ]);
    const ids = async (filter?: EventFilter, page?: PageRequest, options?: ReadingOptions) =>
      (await service.list(filter, page, options)).data.map(({ id }) => id).join('');
    expect(await ids()).toBe('cba');
    expect(await ids({ type: 'x' })).toBe('b');
    expect(await ids({ from: '2026-01-02', to: new Date('2026-01-03') })).toBe('b');
    expect(await ids({ projectId: 'p' })).toBe('ba');
    expect(await ids({ projectId: null })).toBe('c');
    expect(await ids({ integrationId: 'i' })).toBe('a');
    expect(await ids({ integrationId: null })).toBe('cb');
    expect(await ids({ userId: 7 })).toBe('c');
    expect(await ids({ entityType: 'search' })).toBe('');
    expect(await ids({}, {}, { scope: { projectId: 'p' } })).toBe('ba');
    expect(await ids({ projectId: null }, {}, { scope: { projectId: 'p' } })).toBe('');
    expect(await ids({ integrationId: 'i' }, {}, { scope: { integrationId: 'j' } })).toBe('');
    expect(await ids({ entityType: 'message' }, {}, { scope: { entityTypes: ['search'] } })).toBe('');
    expect(await ids({ limit: undefined } as object, { limit: '2' as never })).toBe('cb');
  });

  it('all events are iterated, a page at a time, until the loop is left', async () => {
    const { service, app } = await host(numbered(2_500));
    const reader = app.get(EventReader, { strict: false });
    const list = reader.list.bind(reader);
    let pages = 0;
    reader.list = (...given) => (pages++, list(...given));
    const ids = new Set<string>();
    for await (const { id } of service.iterate()) ids.add(id);
    expect([ids.size, pages]).toEqual([2_500, 5]);
    pages = 0;
    for await (const event of service.iterate()) if (event) break;
    expect(pages).toBe(1);
    await expect(service.iterate({ page: 1 } as object).next()).rejects.toBeInstanceOf(InvalidQueryException);
  });

  it('are typed by the class of an entity type, whose own fields stand flat', async () => {
    const { service } = await host([order('o'), newRecord()]);
    const { data } = await service.list({ entityType: OrderEventDto, userId: 'u' });
    expectTypeOf(data).toEqualTypeOf<EventOf<OrderEventDto>[]>();
    expect(data.map(({ orderId, totalCents }) => [orderId, totalCents])).toEqual([['o', 5]]);
    for await (const event of service.iterate({ entityType: OrderEventDto })) {
      expectTypeOf(event).toEqualTypeOf<EventOf<OrderEventDto>>();
      expect(event.totalCents).toBe(5);
    }
    expectTypeOf(service.find(OrderEventDto, 'o')).resolves.toEqualTypeOf<EventOf<OrderEventDto> | undefined>();
    expectTypeOf(service.find('o')).resolves.toEqualTypeOf<StoredEvent | undefined>();
    expectTypeOf(service.list({ entityType: 'order' }))
      .resolves.toHaveProperty('data')
      .toEqualTypeOf<StoredEvent[]>();
    // @ts-expect-error A filter that there is none of.
    await expect(service.list({ entityType: OrderEventDto, orderId: 'o' })).rejects.toBeInstanceOf(InvalidQueryException);
  });
});

describe('query() and export()', () => {
  it.each<[string, QueryRequest]>([
    ['events', {}],
    ['events of another order', { orderBy: [{ field: 'type', direction: 'asc' }] }],
    ['events of the newest', { orderBy: [{ field: 'createdAt', direction: 'desc' }] }],
    ['groups', { select: [{ type: 'aggregation', aggregation: 'count' }], groupBy: [{ field: 'id' }] }],
  ])('pages of %s hold every row once, in one order', async (_, request) => {
    const { service } = await host(numbered(25));
    const whole = await service.query(request);
    const rows: unknown[] = [];
    let page = await service.query({ ...request, limit: 10 });
    for (;;) {
      expect(page).toMatchObject({ total: 25, pageSize: 10, count: page.result.length });
      rows.push(...page.result);
      if (page.nextCursor === null) break;
      page = await service.query({ ...request, limit: 10, cursor: page.nextCursor });
    }
    expect(rows).toEqual(whole.result);
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(25);
    const { nextCursor } = await service.query({ ...request, limit: 10 });
    const other = { ...request, where: { or: [] }, cursor: nextCursor ?? '' };
    expect(await pointersOf(service.query(other))).toEqual(['#/cursor']);
  });

  it('an entity type is that of its class, or a name', async () => {
    const { service } = await host([order('o'), newRecord()]);
    const select = [{ type: 'field', field: 'fields', path: ['totalCents'] }] as const;
    expect((await service.query({ select, entityType: OrderEventDto })).result).toEqual([{ 'fields.totalCents': '5' }]);
    expect((await service.query({ select, entityType: 'order' })).total).toBe(1);
    expect((await service.query({ entityType: 'order' }, { scope: { entityTypes: ['message'] } })).total).toBe(0);
  });

  it('everything is exported, whole JSON fields as a column a key or as JSON text', async () => {
    const { service } = await host([...numbered(1_200), newRecord({ id: 'z', properties: { a: 1, 'b.c': null, d: 'x' } })]);
    const orderBy = [{ field: 'id', direction: 'desc' }] as const;
    const select = [
      { type: 'field', field: 'id' },
      { type: 'field', field: 'properties' },
    ] as const;
    const { columns, rows } = await service.export({ select, orderBy });
    expect(columns).toEqual(['id', 'properties.secret', 'properties.a', 'properties.b.c', 'properties.d']);
    const exported = [];
    for await (const row of rows) exported.push(row);
    expect(exported).toHaveLength(1_201);
    expect(exported[0]).toEqual({ id: 'z', 'properties.a': '1', 'properties.d': 'x' });

    const json = await service.export({ select: [{ type: 'field', field: 'properties', mode: 'json' }], orderBy, limit: 1 });
    const texts = [];
    for await (const row of json.rows) texts.push(row);
    expect([json.columns, texts]).toEqual([['properties'], [{ properties: '{"a":1,"b.c":null,"d":"x"}' }]]);
    expect((await service.export()).columns).toContain('properties.secret');
    await expect(service.export({ limit: 0 })).rejects.toBeInstanceOf(InvalidQueryException);
  });
});

it('keys and values of properties come with their counts, the most frequent first', async () => {
  const values = ['b', 'a', 'a', 5, null, { k: 1 }];
  const { service } = await host([...values.map((v) => newRecord({ properties: { v, w: 1 } })), order('o')]);
  const where = { condition: { field: 'entityType', operator: 'eq', value: 'message' } } as const;
  expect(await service.propertyKeys({ field: 'properties', where })).toEqual({ results: ['v', 'w'], counts: [6, 6] });
  expect(await service.propertyKeys({ field: 'fields', entityType: OrderEventDto })).toEqual({
    results: ['orderId', 'totalCents'],
    counts: [1, 1],
  });
  expect(await service.propertyValues({ field: 'properties', key: 'v' })).toEqual({
    results: ['a', 'b', '5', '{"k":1}'],
    counts: [2, 1, 1, 1],
  });
  expect(await service.propertyValues({ field: 'properties', key: 'v', limit: 1 })).toEqual({ results: ['a'], counts: [2] });
  const none = { results: [], counts: [] };
  expect(
    await service.propertyKeys({
      field: 'properties',
      views: ['feedback_view', 'semantic_threads_view'],
      where: { condition: { field: 'reasons', operator: 'isNull' } },
    }),
  ).toEqual(none);
  expect(await service.propertyValues({ field: 'properties', key: 'v', views: [] })).toEqual(none);
});

it('top searches count each search once, and users a week are those who searched', async () => {
  const search = (searchQuery: string, type: string, userId: string, createdAt = ago(1)) =>
    newRecord({ entityType: 'search', messageId: undefined, searchQuery, type, createdAt, userProperties: { userId } } as never);
  const { service } = await host([
    search('shoes', 'search_query_submitted', 'u'),
    search(' shoes ', 'search_query_submitted', 'v'),
    search('shoes', 'search_query_response_received', 'u'),
    search('shoes', 'search_result_clicked', 'u'),
    search('hats', 'search', 'u'),
    search('  ', 'search', 'u'),
    search('old', 'search', 'w', ago(31)),
    search('older', 'search', 'w', ago(91)),
    newRecord({ createdAt: ago(1), userProperties: { userId: 'x' } }),
  ]);
  expect(await service.topSearchQueries()).toEqual({
    result: [
      { search_query: 'shoes', count: '2' },
      { search_query: 'hats', count: '1' },
    ],
    total: 2,
  });
  expect((await service.topSearchQueries({ after: ago(200) })).total).toBe(4);
  expect((await service.topSearchQueries({ projectId: 'q' })).total).toBe(0);
  const { result, total } = await service.weeklySearchUsers();
  expect(total).toBe(2);
  expect(result.map(({ unique_users }) => unique_users)).toEqual(['1', '2']);
  for (const { week } of result) expect(new Date(week).getUTCDay()).toBe(1);
});

describe('the limits of queries', () => {
  /** A reader whose queries end when they are told to. */
  function heldReader() {
    const running: ((error?: unknown) => void)[] = [];
    const keys = () =>
      new Promise<[]>((resolve, reject) => running.push((error) => (error === undefined ? resolve([]) : reject(error))));
    return { running, reader: { keys } as unknown as EventReader };
  }
  const QUERY = { scope: {}, where: { and: [] }, field: 'properties', limit: 1 } as const;

  it('so many run at once, the others in turn, and who gives up leaves the line', async () => {
    const { running, reader } = heldReader();
    const bounded = new BoundedReader(reader, new QuerySettings({ maxQueries: 2 }), new Observation());
    const aborting = new AbortController();
    const first = [bounded.keys(QUERY), bounded.keys(QUERY)];
    const gone = bounded.keys(QUERY, aborting.signal);
    const last = bounded.keys(QUERY);
    await new Promise(setImmediate);
    expect(running).toHaveLength(2);
    aborting.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    running[0]();
    await first[0];
    await new Promise(setImmediate);
    expect(running).toHaveLength(3);
    running[1]();
    running[2]();
    await Promise.all([...first, last]);
    const another = bounded.keys(QUERY);
    await new Promise(setImmediate);
    expect(running).toHaveLength(4);
    running[3]();
    await another;
  });

  it('too many in the line, or too long in it, is 503', async () => {
    const { running, reader } = heldReader();
    const bounded = new BoundedReader(reader, new QuerySettings({ maxQueries: 1 }), new Observation());
    const asked = Array.from({ length: 27 }, () =>
      bounded.keys(QUERY).then(
        () => 200,
        (error) => error.status as number,
      ),
    );
    const [began, ownBegan] = [performance.now(), ownTime()];
    expect(await asked[26]).toBe(503);
    expect(ownTime() - ownBegan).toBeLessThan(1_000);
    expect(await Promise.all(asked.slice(1, 26))).toEqual(Array(25).fill(503));
    expect(performance.now() - began).toBeGreaterThan(4_900);
    running[0]();
    expect(await asked[0]).toBe(200);
  });

  it('a reader that refuses is 422, and frees the slot; anything else is passed on', async () => {
    const { running, reader } = heldReader();
    const bounded = new BoundedReader(reader, new QuerySettings({ maxQueries: 1 }), new Observation());
    for (const [thrown, expected] of [
      [
        tookTooLong(10_000),
        { status: 422, errors: [{ pointer: '#', detail: 'The query took longer than 10 s; narrow the time range' }] },
      ],
      [new RangeError('no keyset was given'), { message: 'no keyset was given' }],
      [new TypeError('bug'), { message: 'bug' }],
    ] as const) {
      const asked = bounded.keys(QUERY);
      await new Promise(setImmediate);
      running.pop()?.(thrown);
      await expect(asked).rejects.toMatchObject(expected);
    }
  });

  it('options are checked, and those that are none are refused', () => {
    expect(new QuerySettings()).toMatchObject({ queryTimeout: 10_000, maxQueries: 4 });
    expect(() => new QuerySettings({ maxQueries: 0 })).toThrow('Expected `maxQueries` to be an integer, 1 or more, got 0.');
    expect(() => new QuerySettings({ queryTimeout: '1' as never })).toThrow(
      'Expected `queryTimeout` to be an integer of milliseconds',
    );
    expect(() => new QuerySettings({ timeout: 1 } as object)).toThrow('Unknown option `timeout`');
  });
});

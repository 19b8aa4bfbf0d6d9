import type { ProblemDetails } from 'nestjs-event-log';
import { ConversationQueryService, EventLogQueryModule } from 'nestjs-event-log/query';
import type { Adapter } from '../utils/create-app.js';
import { closeApps } from '../utils/create-app.js';
import { describeEngines } from '../utils/describe-engines.js';
import {
  type AnsweredConversation,
  chat,
  type ConversationsHostOptions,
  KEYS,
  question,
  reply,
  startConversations,
  storedIn,
} from './host.js';

interface Page {
  status: string;
  data: { result: Record<string, unknown>[]; total: number; pageSize: number; count: number; nextCursor: string | null };
}

const DAY = (day: number) => `2026-02-0${day}T12:00:00.000Z`;
const count = { type: 'aggregation', aggregation: 'count' };
const byId = { type: 'field', field: 'id' };
const where = (field: string, operator: string, value?: unknown) => ({ condition: { field, operator, value } });
const oldest = [{ field: 'firstMessageTime', direction: 'asc' }];

/** Two chats and a ticket of one project, a chat of another, and three thumbs, one of them on nothing that is stored. */
async function filled(adapter: Adapter, options: ConversationsHostOptions) {
  const host = await startConversations(adapter, {
    ...options,
    imports: [...(options.imports ?? []), EventLogQueryModule.forRoot()],
  });
  const key = KEYS.api.key;
  const first = [{ ...question('a'), createdAt: DAY(1) }, reply()];
  const second = [
    { ...question('b'), createdAt: DAY(2) },
    { ...question('c'), createdAt: DAY(3) },
  ];
  const chats: AnsweredConversation[] = [];
  for (const [messages, more] of [
    [first, { properties: { site: 'docs', n: 2, list: ['x'] }, userProperties: { id: 'u-1', plan: 'pro' } }],
    [second, { properties: { site: 'blog' }, userProperties: { userId: 7 } }],
    [
      [{ role: 'customer', content: null, createdAt: DAY(4) }],
      { type: 'support_ticket', properties: null, userProperties: null },
    ],
  ] as const) {
    chats.push(await host.stored(chat(messages, more), { key }));
  }
  await host.stored(chat([question('of another project')]), { key: KEYS.two.key });
  const reasons = [{ label: 'inaccurate', details: 'told wrong' }];
  for (const feedback of [
    { type: 'negative', messageId: first[1].id, createdAt: DAY(5), reasons, userProperties: { id: 'u-1' } },
    { type: 'positive', messageId: second[0].id, createdAt: DAY(6), properties: { page: '/a', n: 1 } },
    { type: 'positive', messageId: 'of nobody', createdAt: DAY(7) },
  ]) {
    await host.send('/feedback', feedback, { key });
  }
  const ask = (path: string, body: unknown, asKey = key) => host.send(`/query/${path}`, body, { key: asKey });
  const pageOf = async (path: string, body: unknown, asKey = key) => {
    const answer = await ask(path, body, asKey);
    if (answer.status !== 200) throw new Error(`Expected an answer, got ${answer.status}: ${answer.text}`);
    return answer.json<Page>();
  };
  const rowsOf = async (path: string, body: unknown, asKey = key) => (await pageOf(path, body, asKey)).data.result;
  const refused = async (path: string, body: unknown, asKey = key) => {
    const answer = await ask(path, body, asKey);
    const { detail, errors } = answer.json<ProblemDetails>();
    return [answer.status, errors?.map(({ pointer }) => pointer) ?? detail];
  };
  return { host, ids: chats.map(({ id }) => id), first, second, reasons, ask, pageOf, rowsOf, refused };
}

type Filled = Awaited<ReturnType<typeof filled>>;

function testQueries(start: () => Promise<Filled>): void {
  let on: Filled;

  beforeAll(async () => {
    on = await start();
  });
  afterAll(closeApps);

  it('answer a plain question with every field of the SDK, JSON as it is', async () => {
    const { status, data } = await on.pageOf('conversations', { where: where('id', 'eq', on.ids[0]) });
    expect([status, data.total, data.pageSize, data.count, data.nextCursor]).toEqual(['ok', 1, 1_000, 1, null]);
    expect(data.result).toEqual([
      {
        id: on.ids[0],
        userMessageCount: 1,
        projectId: 'p1',
        integrationId: null,
        firstMessageTime: DAY(1),
        type: 'openai',
        properties: { site: 'docs', n: 2, list: ['x'] },
        userProperties: { id: 'u-1', plan: 'pro' },
      },
    ]);
    expect(await on.rowsOf('feedback', { where: where('type', 'eq', 'negative') })).toEqual([
      {
        id: expect.stringMatching(/^fb_/),
        type: 'negative',
        messageId: on.first[1].id,
        createdAt: DAY(5),
        reasons: on.reasons,
        properties: null,
        userProperties: { id: 'u-1' },
        conversationId: on.ids[0],
        projectId: 'p1',
        integrationId: null,
      },
    ]);
  });

  it.each([
    ['counts', { select: [count] }, () => [{ count: 3 }]],
    ['the newest first', { select: [byId] }, ({ ids }: Filled) => [ids[2], ids[1], ids[0]].map((id) => ({ id }))],
    [
      'groups with sums and averages',
      {
        select: ['sum', 'avg', 'min', 'max'].map((aggregation) => ({
          type: 'aggregation',
          aggregation,
          field: 'userMessageCount',
        })),
        groupBy: [{ field: 'type' }],
        orderBy: [{ field: 'sum_userMessageCount', direction: 'desc' }],
      },
      () => [
        { type: 'openai', sum_userMessageCount: 3, avg_userMessageCount: 1.5, min_userMessageCount: 1, max_userMessageCount: 2 },
        {
          type: 'support_ticket',
          sum_userMessageCount: 0,
          avg_userMessageCount: 0,
          min_userMessageCount: 0,
          max_userMessageCount: 0,
        },
      ],
    ],
    [
      'days of a time zone',
      { select: [{ type: 'time', timeUnit: 'day', field: 'firstMessageTime' }, count], timezone: 'Asia/Tokyo' },
      () =>
        [1, 2, 4].map((day) => ({
          firstMessageTime_day: `2026-0${day === 1 ? '1-31' : `2-0${day - 1}`}T15:00:00.000Z`,
          count: 1,
        })),
    ],
    [
      'a range of time',
      { select: [byId], where: where('firstMessageTime', 'gte', '2026-02-02'), orderBy: oldest },
      ({ ids }: Filled) => [{ id: ids[1] }, { id: ids[2] }],
    ],
    ['more messages than', { select: [byId], where: where('userMessageCount', 'gt', 1) }, ({ ids }: Filled) => [{ id: ids[1] }]],
    [
      'a number of messages',
      { select: [byId], where: where('userMessageCount', 'in', [0, 2]), orderBy: oldest },
      ({ ids }: Filled) => [{ id: ids[1] }, { id: ids[2] }],
    ],
    [
      'what is at a path, as text',
      {
        select: [
          { type: 'field', field: 'properties', path: ['n'] },
          { type: 'field', field: 'userProperties', path: ['userId'] },
        ],
        orderBy: oldest,
      },
      () => [
        { 'properties.n': '2', 'userProperties.userId': null },
        { 'properties.n': null, 'userProperties.userId': '7' },
        { 'properties.n': null, 'userProperties.userId': null },
      ],
    ],
    [
      'structure',
      {
        select: [byId],
        where: { or: [where('properties', 'jsonContains', { list: ['x'] }), where('userProperties', 'isNull')] },
        orderBy: oldest,
      },
      ({ ids }: Filled) => [{ id: ids[0] }, { id: ids[2] }],
    ],
    [
      'people',
      { select: [{ type: 'aggregation', aggregation: 'countDistinct', field: 'userKey' }] },
      () => [{ countDistinct_userKey: 2 }],
    ],
  ])('about conversations: %s', async (_title, body, expected) => {
    expect(await on.rowsOf('conversations', body)).toEqual(expected(on));
  });

  it.each([
    [
      'both kinds',
      { select: [count], groupBy: [{ field: 'type' }], orderBy: [{ field: 'type', direction: 'asc' }] },
      () => [
        { type: 'negative', count: 1 },
        { type: 'positive', count: 1 },
      ],
    ],
    [
      'of a reason',
      {
        select: [{ type: 'field', field: 'conversationId' }],
        where: where('reasons', 'jsonArrayContainsObject', { label: 'inaccurate' }),
      },
      ({ ids }: Filled) => [{ conversationId: ids[0] }],
    ],
    [
      'without reasons',
      {
        select: [
          { type: 'field', field: 'reasons' },
          { type: 'field', field: 'messageId' },
        ],
        where: where('reasons', 'isNull'),
      },
      ({ second }: Filled) => [{ reasons: null, messageId: second[0].id }],
    ],
    [
      'by days',
      { select: [{ type: 'time', timeUnit: 'month' }, count] },
      () => [{ createdAt_month: '2026-02-01T00:00:00.000Z', count: 2 }],
    ],
    ['of whom', { select: [byId], where: where('userKey', 'eq', 'nobody') }, () => []],
  ])('about feedback: %s', async (_title, body, expected) => {
    expect(await on.rowsOf('feedback', body)).toEqual(expected(on));
  });

  it('give pages, whose cursors are of their own question alone', async () => {
    const ask = { select: [byId], orderBy: oldest, limit: 2 };
    const { data } = await on.pageOf('conversations', ask);
    expect([data.total, data.count]).toEqual([3, 2]);
    const next = await on.pageOf('conversations', { ...ask, cursor: data.nextCursor });
    expect([next.data.result, next.data.nextCursor]).toEqual([[{ id: on.ids[2] }], null]);
    const first = await on.pageOf('feedback', { select: [byId], limit: 1 });
    for (const path of ['conversations', 'events']) {
      expect(await on.refused(path, { select: [byId], limit: 1, cursor: first.data.nextCursor })).toEqual([422, ['#/cursor']]);
    }
  });

  it('read the project of the key, and no other one whatever the request says', async () => {
    expect(await on.rowsOf('conversations', { select: [count] }, KEYS.two.key)).toEqual([{ count: 1 }]);
    expect(await on.rowsOf('conversations', { select: [count] }, KEYS.all.key)).toEqual([{ count: 4 }]);
    const others = { or: [where('projectId', 'eq', 'p1'), where('id', 'in', on.ids), { and: [] }] };
    expect(
      await on.rowsOf('conversations', { select: [{ type: 'field', field: 'projectId' }], where: others }, KEYS.two.key),
    ).toEqual([{ projectId: 'p2' }]);
    expect(await on.rowsOf('feedback', { select: [count] }, KEYS.two.key)).toEqual([{ count: 0 }]);
    expect(await on.rowsOf('feedback', { where: others }, KEYS.two.key)).toEqual([]);
  });

  it.each([
    ['conversations', { where: where('createdAt', 'gte', '2026-01-01') }, '#/where/condition/field'],
    ['conversations', { where: where('messages', 'eq', 'x') }, '#/where/condition/field'],
    ['conversations', { select: [{ type: 'field', field: 'entityType' }] }, '#/select/0/field'],
    ['conversations', { select: [{ type: 'field', field: 'userMessageCount', path: ['a'] }] }, '#/select/0/path'],
    ['conversations', { select: [{ type: 'time', timeUnit: 'day', field: 'type' }] }, '#/select/0/field'],
    ['conversations', { select: [{ type: 'aggregation', aggregation: 'sum', field: 'type' }] }, '#/select/0/aggregation'],
    ['conversations', { entityType: 'conversation' }, '#/entityType'],
    ['conversations', { from: '2026-01-01' }, '#/from'],
    ['conversations', { orderBy: [{ field: 'createdAt', direction: 'asc' }] }, '#/orderBy/0/field'],
    ['conversations', { select: [{ type: 'field', field: 'state' }] }, '#/select/0/field'],
    ['conversations', { select: [{ type: 'field', field: '__proto__' }] }, '#/select/0/field'],
    ['feedback', { where: where('reasons', 'contains', 5) }, '#/where/condition/value'],
    ['feedback', { where: where('firstMessageTime', 'gte', '2026-01-01') }, '#/where/condition/field'],
    [
      'feedback',
      { where: { and: [where('createdAt', 'gte', '2026-02-02'), where('createdAt', 'lt', '2026-02-01')] } },
      '#/where/and',
    ],
    ['feedback', { limit: 10_001 }, '#/limit'],
    ['feedback', null, '#'],
  ])('refuse %s %j with 422', async (path, body, pointer) => {
    expect(await on.refused(path, body)).toEqual([422, [pointer]]);
  });

  it('name what is theirs in their refusals', async () => {
    expect((await on.ask('conversations', { from: '2026-01-01' })).text).toContain('\\"field\\": \\"firstMessageTime\\"');
    const unordered = await on.ask('feedback', { orderBy: [{ field: 'x', direction: 'asc' }] });
    expect(unordered.text).toContain('must be a field of feedback, or the key of a column');
  });

  it('take keys that read, which are held to no entity types but conversations', async () => {
    for (const path of ['conversations', 'feedback']) {
      expect((await on.ask(path, {}, KEYS.page.key)).status).toBe(403);
      expect((await on.ask(path, {}, KEYS.writer.key)).status).toBe(403);
      expect((await on.ask(path, {}, 'unknown')).status).toBe(401);
      expect(await on.refused(path, {}, KEYS.searches.key)).toEqual([
        403,
        'The key is held to entity types of which none is conversation',
      ]);
      const raw = await on.host.send(`/query/${path}`, '{"select":', { key: KEYS.api.key });
      expect(raw.status).toBe(400);
    }
  });

  it('list keys of properties and values of one by `views`, which count together, of the project of the key alone', async () => {
    const listOf = async (path: string, body: object, key = KEYS.api.key) => (await on.ask(path, body, key)).json();
    const keys = (field: string, views?: string[], more: object = {}) => listOf('property-keys', { field, views, ...more });
    const values = (key: string, views: string[], more: object = {}) =>
      listOf('property-values', { field: 'properties', views, key, ...more });
    const [chats, thumbs] = [['conversations_view'], ['feedback_view']];
    const both = [...chats, ...thumbs];
    expect(await keys('properties', chats)).toEqual({ results: ['site', 'list', 'n'], counts: [2, 1, 1] });
    expect(await keys('userProperties', thumbs)).toEqual({ results: ['id'], counts: [1] });
    expect(await keys('properties', both)).toEqual({ results: ['n', 'site', 'list', 'page'], counts: [2, 2, 1, 1] });
    expect(await keys('properties', both, { limit: 1 })).toEqual({ results: ['n'], counts: [2] });
    expect(await values('site', chats)).toEqual({ results: ['blog', 'docs'], counts: [1, 1] });
    expect(await values('n', both)).toEqual({ results: ['1', '2'], counts: [1, 1] });
    const began = { where: where('firstMessageTime', 'lt', '2026-02-02') };
    expect(await keys('properties', chats, began)).toEqual({ results: ['list', 'n', 'site'], counts: [1, 1, 1] });
    const none = { results: [], counts: [] };
    expect([await keys('properties'), await keys('properties', ['semantic_threads_view'])]).toEqual([none, none]);
    expect(await listOf('property-keys', { field: 'properties', views: chats }, KEYS.two.key)).toEqual({
      results: ['site'],
      counts: [1],
    });
    const refused = [
      [{ field: 'properties', views: both, ...began }, '#/where/condition/field'],
      [{ field: 'fields', views: chats }, '#/field'],
      [{ field: 'properties', views: thumbs, entityType: 'message' }, '#/entityType'],
    ] as const;
    for (const [body, pointer] of refused) expect(await on.refused('property-keys', body)).toEqual([422, [pointer]]);
    const ofSearches = await on.ask('property-keys', { field: 'properties', views: chats }, KEYS.searches.key);
    expect(ofSearches.status).toBe(403);
  });

  it('are answered to the code of the host', async () => {
    const queries = on.host.app.get(ConversationQueryService, { strict: false });
    const { result, total } = await queries.conversations(
      { select: [{ type: 'aggregation', aggregation: 'count' }] },
      { scope: { projectId: 'p1' } },
    );
    expect([result, total]).toEqual([[{ count: 3 }], 1]);
    expect((await queries.feedback()).total).toBe(2);
  });
}

describe('Queries about conversations in memory, on Express,', () => testQueries(() => filled('express', {})));

describeEngines('Queries about conversations, on Fastify,', (engine) =>
  testQueries(() => filled('fastify', storedIn(engine.url, ''))),
);

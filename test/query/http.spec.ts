import type { ProblemDetails, StoredEvent } from 'nestjs-event-log';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { newEvent, newMessage } from '../utils/events.js';
import { KEYS, type ReadingHost, startReadingHost } from './http-host.js';

const READ_HEADERS = ['cache-control', 'x-content-type-options', 'content-type'];
const PRIVATE_JSON = ['no-store', 'nosniff', 'application/json; charset=utf-8'];

interface Page {
  data: StoredEvent[];
  nextCursor: string | null;
}

describe.each(ADAPTERS)('The read routes on %s', (adapter) => {
  let host: ReadingHost;
  const get = (path: string, key: string = KEYS.all.key, headers?: Record<string, string>) =>
    host.client.get(path, { key, headers });
  const idsOf = (page: Page) => page.data.map(({ id }) => id);

  beforeAll(async () => {
    host = await startReadingHost(adapter);
    const log = async (event: object, key: string) => {
      const answer = await host.client.log(event, { key });
      expect(answer.status).toBe(200);
    };
    const at = (minute: number) => `2026-01-02T03:0${minute}:00.000Z`;
    await log(newMessage({ id: 'a', createdAt: at(1), properties: { deep: { n: [1, null, 'é'] } } }), KEYS.one.key);
    await log(newEvent({ id: 'b', createdAt: at(2), searchQuery: 'guards', userProperties: { userId: 'u1' } }), KEYS.one.key);
    await log(newEvent({ id: 'c', createdAt: at(3), integrationId: 'i1', type: 'x' }), KEYS.one.key);
    await log(newEvent({ id: 'a', createdAt: at(4) }), KEYS.two.key);
    await log(newEvent({ id: 'd', createdAt: at(5) }), KEYS.all.key);
  });
  afterAll(closeApps);

  it('GET query/events lists the newest first, in pages that a cursor joins', async () => {
    const first = await get('/query/events?limit=3');
    expect(first.status).toBe(200);
    expect(READ_HEADERS.map((name) => first.header(name))).toEqual(PRIVATE_JSON);
    expect(first.header('x-request-id')).toMatch(/^req_/);
    const page = first.json<Page>();
    expect(idsOf(page)).toEqual(['d', 'a', 'c']);
    const second = (await get(`/query/events?limit=3&cursor=${page.nextCursor}`)).json<Page>();
    expect(idsOf(second)).toEqual(['b', 'a']);
    expect(second.nextCursor).toBeNull();
  });

  it.each([
    ['entityType=message', ['a']],
    ['type=x', ['c']],
    ['userId=u1', ['b']],
    ['from=2026-01-02T03:02:00Z&to=2026-01-02T03:04:00%2B00:00', ['c', 'b']],
    ['projectId=p1&integrationId=i1', ['c']],
    ['projectId=p2', ['a']],
    ['entityType=none', []],
  ])('GET query/events?%s lists what the filters leave', async (query, ids) => {
    expect(idsOf((await get(`/query/events?${query}`)).json<Page>())).toEqual(ids);
  });

  it.each([
    ['limt=1', '?limt'],
    ['limit=0', '?limit'],
    ['limit=1001', '?limit'],
    ['limit=', '?limit'],
    ['limit=1&limit=2', '?limit'],
    ['limit=0x10', '?limit'],
    ['limit=1e2', '?limit'],
    ['entityType=', '?entityType'],
    ['type=', '?type'],
    ['projectId=', '?projectId'],
    ['from=', '?from'],
    ['from=2026', '?from'],
    ['from=2026-01-03&to=2026-01-02', '?from'],
    ['cursor=x', '?cursor'],
    ['userId=', '?userId'],
    ['__proto__=1', '?__proto__'],
  ])('GET query/events?%s is refused with the pointer %s', async (query, pointer) => {
    const answer = await get(`/query/events?${query}`);
    expect(answer.status).toBe(422);
    expect(answer.header('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.json<ProblemDetails>()).toMatchObject({ instance: '/query/events', errors: [{ pointer }] });
  });

  it.each([
    ['/query/events?entitytype=message', 'The parameter `entitytype` is unknown: known are entityType, type, from,'],
    ['/query/live?entitytype=message', 'The parameter `entitytype` is unknown: known are entityType, type, from,'],
    ['/query/top-search-queries?from=2026-01-01', 'The parameter `from` is unknown: known are after, projectId, project_id'],
    ['/query/events/a?entityType=message', 'The parameter `entityType` is unknown: known are projectId'],
    ['/query/events?type=a&type=b', 'The parameter `type` must be given once'],
    ['/query/top-search-queries?project_id=p1&projectId=p2', 'projectId must not differ from project_id, which says the same'],
    ['/query/weekly-search-users?after=', 'The parameter `after` must not be empty: leave it out'],
    [
      '/query/events?to=2026-01-31T12:00:00+01:00',
      'or a date such as 2026-01-31, which begins at midnight in UTC; in the query of a URL, a + is %2B',
    ],
  ])('GET %s is refused in words that name the fault', async (path, words) => {
    const answer = await get(path);
    expect([answer.status, answer.json<ProblemDetails>().detail]).toEqual([422, expect.stringContaining(words)]);
  });

  it.each(['events', 'events/export', 'property-keys', 'property-values'])('POST query/%s takes no parameters', async (path) => {
    const answer = await host.ask(`/query/${path}?limit=1`, { field: 'properties', key: 'a' });
    const { detail, errors } = answer.json<ProblemDetails>();
    expect([answer.status, errors?.[0].pointer, detail]).toEqual([
      422,
      '?limit',
      expect.stringMatching(/`limit` is unknown: here the body asks/),
    ]);
  });

  it('a cursor of other filters is refused', async () => {
    const { nextCursor } = (await get('/query/events?limit=1')).json<Page>();
    const answer = await get(`/query/events?limit=1&type=x&cursor=${nextCursor}`);
    expect(answer.json<ProblemDetails>().errors).toMatchObject([{ pointer: '?cursor' }]);
  });

  it('a cursor of which one character was changed, added or left out is refused', async () => {
    const cursor = (await get('/query/events?limit=1')).json<Page>().nextCursor ?? '';
    const statusOf = async (text: string) => (await get(`/query/events?limit=1&cursor=${encodeURIComponent(text)}`)).status;
    expect(await statusOf(cursor)).toBe(200);
    const other = (character: string) => (character === 'A' ? 'B' : 'A');
    const changed = [...cursor].map((character, at) => cursor.slice(0, at) + other(character) + cursor.slice(at + 1));
    for (const text of [...changed, `${cursor}=`, `${cursor}!`, cursor.slice(1), cursor.slice(0, -1)]) {
      expect([text, await statusOf(text)]).toEqual([text, 422]);
    }
  });

  it('GET query/events/{id} answers the event as it was answered when it was stored', async () => {
    const answer = await get('/query/events/a', KEYS.one.key);
    expect(answer.status).toBe(200);
    expect(READ_HEADERS.map((name) => answer.header(name))).toEqual(PRIVATE_JSON);
    expect(answer.text).toBe(
      '{"id":"a","type":"message:copied","messageId":"m1","createdAt":"2026-01-02T03:01:00.000Z","projectId":"p1",' +
        '"integrationId":null,"properties":{"deep":{"n":[1,null,"é"]}},"userProperties":null,"entityType":"message"}',
    );
  });

  it('of one id in two projects, each key reads its own, and one of no project names which', async () => {
    const types = await Promise.all([
      get('/query/events/a', KEYS.one.key),
      get('/query/events/a', KEYS.two.key),
      get('/query/events/a?projectId=p2'),
    ]);
    expect(types.map((answer) => answer.json<StoredEvent>().projectId)).toEqual(['p1', 'p2', 'p2']);
    const ambiguous = await get('/query/events/a');
    expect([ambiguous.status, ambiguous.json<ProblemDetails>().errors?.[0].pointer]).toEqual([422, '?projectId']);
  });

  it("another project's event is answered as an unknown one, to the byte", async () => {
    const paths = ['/query/events/d', '/query/events/nowhere', '/query/events/a?projectId=p2', '/query/events/d?projectId=p1'];
    const answers = await Promise.all(paths.map((path) => get(path, KEYS.one.key, { 'x-request-id': 'same' })));
    const [first, ...others] = answers.map(({ status, headers, json, text }) => {
      const all = Object.fromEntries([...headers].filter(([name]) => name !== 'date'));
      const { instance, ...problem } = JSON.parse(text) as ProblemDetails;
      return { status, all: { ...all, 'content-length': '' }, problem, hasInstance: instance !== '', json: typeof json };
    });
    expect(first).toMatchObject({ status: 404, problem: { code: 'not_found', detail: 'No event has this id' } });
    for (const other of others) expect(other).toEqual(first);
  });

  it('a key reads what it is held to and nothing else, whatever the request says', async () => {
    const list = async (query: string, key: string) => idsOf((await get(`/query/events${query}`, key)).json<Page>());
    expect(await list('', KEYS.one.key)).toEqual(['c', 'b', 'a']);
    expect(await list('?projectId=p2', KEYS.one.key)).toEqual([]);
    expect(await list('', KEYS.integration.key)).toEqual(['c']);
    expect(await list('', KEYS.searches.key)).toEqual(['c', 'b']);
    expect(await list('?entityType=message', KEYS.searches.key)).toEqual([]);
    expect((await get('/query/events/a', KEYS.searches.key)).status).toBe(404);
    const count = async (body: object, key: string) => {
      const answer = await host.ask('/query/events', { select: [{ type: 'aggregation', aggregation: 'count' }], ...body }, key);
      return answer.json<{ data: { result: unknown } }>().data.result;
    };
    const ofOther = { where: { condition: { field: 'projectId', operator: 'eq', value: 'p2' } } };
    expect(await count({}, KEYS.all.key)).toEqual([{ count: 5 }]);
    expect(await count({}, KEYS.one.key)).toEqual([{ count: 3 }]);
    expect(await count(ofOther, KEYS.one.key)).toEqual([{ count: 0 }]);
    expect(await count(ofOther, KEYS.all.key)).toEqual([{ count: 1 }]);
  });

  it.each([
    ['no key', '', 401],
    ['an unknown key', 'nobody', 401],
    ['a web key', KEYS.web.key, 403],
    ['a key that only writes', KEYS.writer.key, 403],
  ])('%s reads nothing', async (_what, key, status) => {
    const answers = await Promise.all([
      get('/query/events', key),
      get('/query/events/a', key),
      get('/query/top-search-queries', key),
      host.ask('/query/events', {}, key),
      host.ask('/query/events/export', {}, key),
      host.ask('/query/property-keys', {}, key),
      host.ask('/query/conversations', {}, key),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => status));
    const challenges = answers.map((answer) => answer.header('www-authenticate'));
    for (const challenge of challenges) expect(challenge).toContain('Bearer realm="events"');
  });

  it('POST query/events answers rows in the envelope of the SDK', async () => {
    const answer = await host.ask('/query/events', {
      select: [{ type: 'aggregation', aggregation: 'count', field: 'id' }],
      groupBy: [{ field: 'eventType' }],
      orderBy: [{ field: 'count_id', direction: 'desc' }],
    });
    expect(READ_HEADERS.map((name) => answer.header(name))).toEqual(PRIVATE_JSON);
    expect(answer.json()).toMatchObject({
      status: 'ok',
      data: {
        result: [
          { eventType: 'search', count_id: 4 },
          { eventType: 'message', count_id: 1 },
        ],
        total: 2,
        pageSize: 1000,
        count: 2,
        nextCursor: null,
      },
    });
  });

  it.each([
    ['[]', '#'],
    ['null', '#'],
    ['{"selct":[]}', '#/selct'],
    ['{"limit":0}', '#/limit'],
    ['{"timezone":"Nowhere/Town"}', '#/timezone'],
    ['{"where":{"condition":{"field":"type","operator":"jsonHasKey","value":"a"}}}', '#/where/condition/operator'],
  ])('POST query/events of %s is refused with the pointer %s', async (body, pointer) => {
    const answer = await host.ask('/query/events', body);
    expect([answer.status, answer.json<ProblemDetails>().errors?.[0].pointer]).toEqual([422, pointer]);
  });

  it.each([
    ['no body', '', {}, 400],
    ['a body that is not JSON', '{', {}, 400],
    ['another media type', '{}', { 'Content-Type': 'text/plain' }, 415],
    ['an unknown coding', '{}', { 'Content-Encoding': 'zstd' }, 415],
    ['a body of more than 2 MiB', ' '.repeat(2 * 1024 * 1024 + 1), {}, 413],
  ])('%s is refused as by the write route', async (_what, body, headers, status) => {
    for (const path of ['/query/events', '/query/events/export', '/query/property-keys']) {
      const answer = await host.ask(path, body, KEYS.all.key, headers);
      expect([answer.status, answer.header('content-type')]).toEqual([
        status,
        expect.stringMatching(/^application\/problem\+json/),
      ]);
    }
  });

  it('keys and values of properties are answered with their counts', async () => {
    const keys = await host.ask('/query/property-keys', { field: 'userProperties' });
    expect(keys.json()).toEqual({ results: ['userId'], counts: [1] });
    const values = await host.ask('/query/property-values', { field: 'userProperties', key: 'userId' });
    expect(values.json()).toEqual({ results: ['u1'], counts: [1] });
  });

  it('statistics of searches are answered with counts as text, of the project that `project_id` names', async () => {
    const top = await get('/query/top-search-queries?after=2026-01-01&project_id=p1');
    expect(top.json()).toEqual({
      data: {
        result: [
          { search_query: 'guards', count: '1' },
          { search_query: 'q', count: '1' },
        ],
        total: 2,
      },
    });
    const weekly = await get('/query/weekly-search-users?after=2026-01-01');
    expect(weekly.json()).toEqual({ data: { result: [{ week: '2025-12-29T00:00:00.000Z', unique_users: '1' }], total: 1 } });
    const refused = await get('/query/top-search-queries?after=x');
    expect([refused.status, refused.json<ProblemDetails>().errors?.[0].pointer]).toEqual([422, '?after']);
  });

  it.each(['conversations', 'feedback', 'semantic-threads', 'semantic-threads/export'])(
    'POST query/%s is a 404 that says why',
    async (path) => {
      const answer = await host.ask(`/query/${path}`);
      expect(answer.status).toBe(404);
      expect(answer.json<ProblemDetails>().detail).toMatch(/^This server (keeps no conversations|has no semantic threads)/);
    },
  );

  it.each([
    ['/query/events', 'GET, HEAD, POST, OPTIONS'],
    ['/query/events/a', 'GET, HEAD, OPTIONS'],
    ['/query/events/export', 'POST, GET, HEAD, OPTIONS'],
    ['/query/property-keys', 'POST, OPTIONS'],
    ['/query/top-search-queries', 'GET, HEAD, OPTIONS'],
  ])('%s refuses other methods with 405, and says by OPTIONS what it serves', async (path, allow) => {
    const [refused, options, head] = await Promise.all(
      ['DELETE', 'OPTIONS', 'HEAD'].map((method) =>
        host.client.raw(path, { method, headers: { Authorization: `Bearer ${KEYS.one.key}` } }),
      ),
    );
    expect([refused.status, refused.header('allow')]).toEqual([405, allow]);
    expect([options.status, options.header('allow')]).toEqual([204, allow]);
    const isServed = path !== '/query/events/export' && allow.includes('HEAD');
    expect([head.status, head.text]).toEqual([isServed ? 200 : 405, '']);
  });

  it.each(['GET', 'HEAD'])('%s of an export, where no event has that id, is a 405 that says how', async (method) => {
    const answer = await host.client.raw('/query/events/export', {
      method,
      headers: { Authorization: `Bearer ${KEYS.one.key}` },
    });
    expect([answer.status, answer.header('allow')]).toEqual([405, 'POST']);
    if (method === 'GET') expect(answer.json<ProblemDetails>().detail).toMatch(/^Exports are asked for by POST/);
  });

  it('a page on an allowed origin reads with a key that names it', async () => {
    const preflight = await host.client.raw('/query/events/some-id', {
      method: 'OPTIONS',
      headers: { origin: 'https://site.example', 'access-control-request-method': 'GET' },
    });
    expect(preflight.header('access-control-allow-methods')).toBe('GET, HEAD');
    const answer = await get('/query/events/a', KEYS.one.key, { origin: 'https://site.example' });
    expect([answer.status, answer.header('access-control-allow-origin')]).toEqual([403, 'https://site.example']);
  });
});

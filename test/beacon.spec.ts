import { EventLogModule, EventRepository, InMemoryEventRepository, type ProblemDetails } from 'nestjs-event-log';
import { type Client, clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { newMessage } from './utils/events.js';

const SITE = 'https://site.example';
const apiKeys = [
  { id: 'web', key: 'web-key-1', kind: 'web', allowedOrigins: [SITE], projectId: 'p1' },
  { id: 'old', key: 'old-web-key', kind: 'web', allowedOrigins: ['*'], expiresAt: '2020-01-01T00:00:00Z' },
  { id: 'api', key: 'api-key-1', kind: 'api', allowedOrigins: ['*'] },
  { id: 'of-no-kind', key: 'kindless-key', scopes: ['events:write'], allowedOrigins: ['*'] },
] as const;
const EVENT = newMessage({ type: 'page:closed' });

describe.each(ADAPTERS)('POST /events/beacon on %s', (adapter) => {
  let client: Client;
  let repository: InMemoryEventRepository;

  beforeAll(async () => {
    const imports = [EventLogModule.forRoot({ apiKeys, maxBodyBytes: 1000 })];
    const host = await createApp(adapter, { imports });
    client = clientOf(host.url, 'web-key-1');
    repository = host.app.get(EventRepository, { strict: false });
  });
  afterAll(closeApps);

  const send = (query: string, init: RequestInit = {}) =>
    client.raw(`/events/beacon${query}`, {
      headers: { 'Content-Type': 'text/plain;charset=UTF-8', origin: SITE },
      body: JSON.stringify(EVENT),
      ...init,
    });

  it('an event that a beacon brings is stored and answered with 204', async () => {
    const answer = await client.beacon(EVENT, { headers: { origin: SITE } });
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.header('x-request-id')).toMatch(/^req_/);
    expect(answer.header('access-control-allow-origin')).toBe(SITE);
    expect(repository.events.at(-1)).toMatchObject({ ...EVENT, projectId: 'p1' });
  });

  it('an event whose id comes by two beacons is stored once', async () => {
    const event = { ...EVENT, id: 'once' };
    const replayed = [];
    for (let i = 0; i < 2; i++) replayed.push((await client.beacon(event)).header('idempotent-replayed'));
    expect(replayed).toEqual([null, 'true']);
    expect(repository.events.filter(({ id }) => id === 'once')).toHaveLength(1);
  });

  const text = { 'Content-Type': 'text/plain', origin: SITE };
  it.each([
    ['no key', '', {}, 401],
    ['an empty key', '?key=', {}, 401],
    ['a key in the header alone', '', { headers: { ...text, Authorization: 'Bearer web-key-1' } }, 401],
    ['an unknown key', '?key=unknown-key', {}, 401],
    ['an expired key', '?key=old-web-key', {}, 401],
    ['two keys', '?key=web-key-1&key=web-key-1', {}, 400],
    ['an api key', '?key=api-key-1', {}, 403],
    ['a key of no kind', '?key=kindless-key', {}, 403],
    ['another origin', '?key=web-key-1', { headers: { ...text, origin: 'https://evil.example' } }, 403],
    ['an event of another project', '?key=web-key-1', { body: JSON.stringify({ ...EVENT, projectId: 'p2' }) }, 403],
    ['another method', '?key=web-key-1', { method: 'PUT' }, 405],
    [
      'a body that is too large',
      '?key=web-key-1',
      { body: JSON.stringify({ ...EVENT, properties: { x: 'x'.repeat(1000) } }) },
      413,
    ],
    ['JSON', '?key=web-key-1', { headers: { ...text, 'Content-Type': 'application/json' } }, 415],
    ['another charset', '?key=web-key-1', { headers: { ...text, 'Content-Type': 'text/plain;charset=latin1' } }, 415],
    ['what is not UTF-8', '?key=web-key-1', { body: Buffer.from([0xff, 0xfe]) }, 400],
    ['what is not JSON', '?key=web-key-1', { body: 'closed' }, 400],
    ['no event', '?key=web-key-1', { body: '{}' }, 422],
  ])('a beacon with %s is refused with a problem that does not tell the key', async (_what, query, init, status) => {
    const before = repository.events.length;
    const answer = await send(query, init);
    expect(answer.status).toBe(status);
    expect(answer.header('content-type')).toMatch(/^application\/problem\+json/);
    if (status === 401) expect(answer.header('www-authenticate')).toMatch(/^Bearer/);
    if (status === 415) expect(answer.header('accept')).toBe('text/plain');
    const problem = answer.json<ProblemDetails>();
    expect(problem).toMatchObject({ status, instance: '/events/beacon' });
    expect(JSON.stringify(problem)).not.toMatch(/(?:web|api|kindless|unknown)-key/);
    expect(repository.events.length).toBe(before);
  });

  it.each(['/events?', '//events?', '/events?x=1&'])('a key in the URL is left unread on %s', async (path) => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await client.raw(`${path}key=web-key-1`, { headers, body: JSON.stringify(EVENT) });
    expect(answer.status).toBe(401);
  });
});

it.each(ADAPTERS)('on %s, the key of a beacon that fails stays out of the log', async (adapter) => {
  class BrokenRepository extends EventRepository {
    insert(): Promise<never> {
      return Promise.reject(new Error('broken'));
    }
  }
  const lines: unknown[] = [];
  const write = (...line: unknown[]) => lines.push(...line);
  const { url } = await createApp(
    adapter,
    { imports: [EventLogModule.forRoot({ apiKeys, storage: { repository: BrokenRepository } })] },
    { logger: { log: write, error: write, warn: write } },
  );
  const { status } = await clientOf(url, 'web-key-1').beacon();
  await closeApps();
  expect(status).toBe(500);
  expect(lines.join('\n')).toContain('broken');
  expect(lines.join('\n')).not.toContain('web-key-1');
});

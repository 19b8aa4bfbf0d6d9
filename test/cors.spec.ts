import { Controller, Get, type INestApplication, Req, UseFilters, UseGuards } from '@nestjs/common';
import {
  ApiKeyGuard,
  type AuthenticatedRequest,
  EventLogModule,
  EventRepository,
  InMemoryEventRepository,
  ProblemDetailsFilter,
  type ProblemDetails,
  RequireScopes,
} from 'nestjs-event-log';
import { type Client, clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { newEvent } from './utils/events.js';

const SITE = 'https://site.example';
const apiKeys = [
  { id: 'web', key: 'web-key-1', kind: 'web', allowedOrigins: [SITE, 'https://*.docs.example'] },
  { id: 'anywhere', key: 'anywhere-key', kind: 'web', allowedOrigins: ['*'] },
  { id: 'api', key: 'api-key-1', kind: 'api' },
  { id: 'api-of-a-page', key: 'api-page-key', kind: 'api', allowedOrigins: [SITE] },
  { id: 'of-no-kind', key: 'kindless-key', scopes: ['events:write', 'events:read'] },
] as const;
const EVENT = newEvent();

/** A route of the host's, behind the same keys. */
@Controller('own')
@UseGuards(ApiKeyGuard)
@UseFilters(ProblemDetailsFilter)
@RequireScopes('events:read')
class OwnController {
  @Get()
  tell(@Req() { apiKey }: AuthenticatedRequest) {
    return apiKey.id;
  }
}

describe.each(ADAPTERS)('On %s', (adapter) => {
  let client: Client;
  let repository: InMemoryEventRepository;

  const boot = async (configure?: (app: INestApplication) => void, cors?: boolean) => {
    const host = await createApp(
      adapter,
      { imports: [EventLogModule.forRoot({ apiKeys, cors, maxBodyBytes: 1000 })], controllers: [OwnController] },
      { configure },
    );
    repository = host.app.get(EventRepository, { strict: false });
    client = clientOf(host.url);
    return host.url;
  };

  const originOf = (origin?: string): Record<string, string> => (origin === undefined ? {} : { origin });
  const log = (key: string, origin?: string) => client.log(EVENT, { key, headers: originOf(origin) });
  /** As a page that sends what it wants. */
  const send = (init: RequestInit = {}) =>
    client.raw('/events', {
      headers: { Authorization: 'Bearer web-key-1', 'Content-Type': 'application/json', origin: SITE },
      body: JSON.stringify(EVENT),
      ...init,
    });
  const options = (headers: Record<string, string>, path = '/events') => client.raw(path, { method: 'OPTIONS', headers });

  describe('the origins of a key', () => {
    let url: string;
    beforeAll(async () => {
      url = await boot();
    });
    afterAll(closeApps);

    it.each([
      ['a web key', 'web-key-1', SITE],
      ['a web key on a subdomain', 'web-key-1', 'https://v2.docs.example'],
      ['a web key for anywhere', 'anywhere-key', 'http://localhost:8080'],
      ['a web key for anywhere, on a page without an origin', 'anywhere-key', 'null'],
      ['an api key that names the origin', 'api-page-key', SITE],
      ['a web key without a page', 'web-key-1', undefined],
      ['an api key without a page', 'api-key-1', undefined],
      ['a key of no kind without a page', 'kindless-key', undefined],
    ])('the origins of a key let %s pass', async (_what, key, origin) => {
      const before = repository.events.length;
      const response = await log(key, origin);
      expect(response.status).toBe(200);
      expect(response.header('access-control-allow-origin')).toBe(origin ?? null);
      expect(repository.events.length).toBe(before + 1);
    });

    it.each([
      ['a web key on another origin', 'web-key-1', 'https://evil.example'],
      ['a web key on the same host and another port', 'web-key-1', `${SITE}:8443`],
      ['a web key on a page without an origin', 'web-key-1', 'null'],
      ['a web key with two origins', 'web-key-1', `${SITE}, https://evil.example`],
      ['an api key in a page', 'api-key-1', SITE],
      ['an api key in a page that it does not name', 'api-page-key', 'https://evil.example'],
      ['a key of no kind in a page', 'kindless-key', SITE],
    ])('the origins of a key refuse %s with a 403 that the page can read', async (_what, key, origin) => {
      const before = repository.events.length;
      const response = await client.log('not even JSON', { key, headers: originOf(origin) });
      expect(response.status).toBe(403);
      expect(response.header('access-control-allow-origin')).toBe(origin);
      expect(response.header('access-control-expose-headers')).toContain('x-request-id');
      expect(response.header('www-authenticate')).toBeNull();
      const problem = response.json<ProblemDetails>();
      expect(problem).toMatchObject({ code: 'forbidden', detail: 'The key may not be used by pages of this origin' });
      expect(repository.events.length).toBe(before);
    });

    it("the origins of a key hold for a page on the host's own origin too", async () => {
      expect((await log('web-key-1', url)).status).toBe(403);
      expect((await log('anywhere-key', url)).status).toBe(200);
    });

    it('the origins of a key are looked at after the key and before the body', async () => {
      expect((await log('unknown-key', 'https://evil.example')).status).toBe(401);
      const headers = { Authorization: 'Bearer web-key-1', 'Content-Type': 'text/html', origin: 'https://evil.example' };
      expect((await send({ headers })).status).toBe(403);
    });

    it("the origins of a key hold on the host's own routes behind the guard, whose CORS is the host's", async () => {
      const own = (origin?: string) => client.get('/own', { key: 'api-page-key', headers: originOf(origin) });
      const answers = await Promise.all([own(), own(SITE), own('https://evil.example')]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 403]);
      expect((await own('https://evil.example')).header('access-control-allow-origin')).toBeNull();
    });
  });

  describe('CORS of the module', () => {
    beforeAll(async () => {
      await boot((app) =>
        app.use((_request: unknown, response: { setHeader(name: string, value: string): void }, next: () => void) => {
          response.setHeader('Vary', 'Accept-Encoding');
          response.setHeader('Access-Control-Allow-Credentials', 'true');
          next();
        }),
      );
    });
    afterAll(closeApps);

    it.each([
      ['200', 200, {}],
      ['401', 401, { headers: { origin: SITE } }],
      ['405', 405, { method: 'DELETE', body: undefined }],
      ['413', 413, { body: 'x'.repeat(1001) }],
      ['415', 415, { headers: { origin: SITE, Authorization: 'Bearer web-key-1' } }],
      ['422', 422, { body: '{}' }],
    ])('CORS of the module stands on a %s', async (_name, status, init) => {
      const response = await send(init);
      expect(response.status).toBe(status);
      expect(response.header('access-control-allow-origin')).toBe(SITE);
      expect(response.header('vary')).toBe('Accept-Encoding, Origin');
      expect(response.header('access-control-allow-credentials')).toBeNull();
    });

    it('an answer varies with the origin also where none was sent', async () => {
      const response = await log('web-key-1');
      expect(response.header('vary')).toMatch(/Origin$/);
      expect(response.header('access-control-allow-origin')).toBeNull();
    });

    it.each([
      ['nothing', undefined, ''],
      ['what it allows anyway', 'Authorization,CONTENT-TYPE', ''],
      ['headers of a tracer', 'traceparent, x-b3-traceid', ', traceparent, x-b3-traceid'],
      ['what is no name of a header', 'a b,x:y,,"q",é,ok', ', ok'],
      ['a name that is too long', `${'x'.repeat(65)},ok`, ', ok'],
      [
        'too many',
        Array.from({ length: 40 }, (_, i) => `h${i}`).join(),
        Array.from({ length: 32 }, (_, i) => `, h${i}`).join(''),
      ],
    ])('a preflight that asks for %s is allowed', async (_what, asked, more) => {
      const response = await options({
        origin: SITE,
        'access-control-request-method': 'POST',
        ...(asked !== undefined && { 'access-control-request-headers': Buffer.from(asked, 'utf8').toString('latin1') }),
      });
      expect(response.status).toBe(204);
      expect(response.header('access-control-allow-headers')).toBe(`authorization, content-type, x-request-id${more}`);
    });

    it.each(['/events', '/events/beacon'])(
      'OPTIONS on %s that are no preflights are answered with what is allowed',
      async (path) => {
        for (const headers of [{}, { origin: SITE }, { 'access-control-request-method': 'POST' }] as Record<string, string>[]) {
          const response = await options({ ...headers, 'x-request-id': 'trace-1' }, path);
          expect([response.status, response.header('allow')]).toEqual([204, 'POST, OPTIONS']);
          expect(response.header('access-control-allow-methods')).toBeNull();
          expect(response.header('x-request-id')).toBe('trace-1');
        }
      },
    );
  });

  it('with cors: false, OPTIONS is another method on the route, and the origins of a key still hold', async () => {
    await boot(undefined, false);
    const response = await options({ origin: SITE, 'access-control-request-method': 'POST' });
    expect([response.status, response.header('allow')]).toEqual([405, 'POST']);
    const answers = await Promise.all([log('web-key-1', SITE), log('web-key-1', 'https://evil.example')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 403]);
    for (const answer of answers) expect(answer.header('access-control-allow-origin')).toBeNull();
    await closeApps();
  });
});

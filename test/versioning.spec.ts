import { Controller, Get, type INestApplication, RequestMethod, type VersioningOptions, VersioningType } from '@nestjs/common';
import { EventLogModule } from 'nestjs-event-log';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';

@Controller({ path: 'host', version: '2' })
class HostController {
  @Get()
  answer() {
    return 'two';
  }
}

const apiKeys = [{ id: 'site', key: 'versions-key', kind: 'web' as const, allowedOrigins: ['https://site.example'] }];
const HEADERS = { authorization: 'Bearer versions-key', 'content-type': 'application/json' };
const event = (text = '') => JSON.stringify({ entityType: 'message', type: 't', messageId: 'm', properties: { text } });

interface Versioning {
  name: string;
  options: VersioningOptions;
  ask(version: string): Record<string, string>;
}

const ask = (version: string) => ({ 'x-api-version': version });
const fromHeader = (request: unknown) =>
  (request as { headers: Record<string, string | undefined> }).headers['x-api-version'] ?? '1';

const VERSIONINGS: Versioning[] = [
  { name: 'by header', options: { type: VersioningType.HEADER, header: 'X-Api-Version', defaultVersion: '1' }, ask },
  {
    name: 'by header with two default versions',
    options: { type: VersioningType.HEADER, header: 'x-api-version', defaultVersion: ['1', '3'] },
    ask,
  },
  {
    name: 'by media type',
    options: { type: VersioningType.MEDIA_TYPE, key: 'v=', defaultVersion: '1' },
    ask: (version) => ({ accept: `application/json;v=${version}` }),
  },
  { name: 'by a function', options: { type: VersioningType.CUSTOM, extractor: fromHeader, defaultVersion: '3' }, ask },
];

describe.each(ADAPTERS)('On %s', (adapter) => {
  const boot = async (configure: (app: INestApplication) => void) => {
    const metadata = { imports: [EventLogModule.forRoot({ apiKeys })], controllers: [HostController] };
    return (await createApp(adapter, metadata, { configure })).url;
  };
  const post = async (url: string, headers: Record<string, string> = {}, body = event()) =>
    (await fetch(url, { method: 'POST', headers: { ...HEADERS, ...headers }, body })).status;

  describe.each(VERSIONINGS)('in a host with versions $name', ({ options, ask }) => {
    let url: string;

    beforeAll(async () => {
      url = await boot((app) => app.enableVersioning(options));
    });
    afterAll(closeApps);

    it('a client that knows of no version is served', async () => {
      expect(await post(`${url}/events`)).toBe(200);
      expect(await post(`${url}//events`)).toBe(200);
      expect(await post(`${url}/events`, {}, event('x'.repeat(1_500_000)))).toBe(200);
    });

    it.each(['1', '9'])('a client that asks for version %s is served', async (version) => {
      expect(await post(`${url}/events`, ask(version))).toBe(200);
    });

    it('malformed JSON and another method are refused with problems of ours', async () => {
      const malformed = await fetch(`${url}/events`, { method: 'POST', headers: HEADERS, body: '{' });
      const get = await fetch(`${url}/events`);
      expect([malformed.status, malformed.headers.get('content-type')]).toEqual([
        400,
        expect.stringContaining('application/problem+json'),
      ]);
      expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    });

    it('a preflight, which can name no version, is answered by the module', async () => {
      const headers = { origin: 'https://site.example', 'access-control-request-method': 'POST' };
      const answer = await fetch(`${url}/events`, { method: 'OPTIONS', headers });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, 'https://site.example']);
    });

    it("the host's own route still asks for its version", async () => {
      const statuses = [ask('2'), ask('9'), {}].map(
        async (headers: Record<string, string>) => (await fetch(`${url}/host`, { headers })).status,
      );
      expect(await Promise.all(statuses)).toEqual([200, 404, 404]);
    });
  });

  describe('in other hosts', () => {
    afterEach(closeApps);

    it('a version in the URI stands before the path of the module, and there alone', async () => {
      const url = await boot((app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: ['1', '2'] }));
      const statuses = ['/v1/events', '/v2/events', '/events', '/v3/events'].map((path) => post(`${url}${path}`));
      expect(await Promise.all(statuses)).toEqual([200, 200, 404, 404]);
    });

    it('two applications with versions of another kind keep them apart', async () => {
      const imports = [EventLogModule.forRoot({ apiKeys })];
      const kinds: VersioningOptions[] = [
        { type: VersioningType.HEADER, header: 'x-api-version', defaultVersion: '1' },
        { type: VersioningType.URI, defaultVersion: '1' },
      ];
      const [header, uri] = await Promise.all(
        kinds.map((kind) => createApp(adapter, { imports }, { configure: (app) => app.enableVersioning(kind) })),
      );
      const paths = [`${header.url}/events`, `${header.url}/v1/events`, `${uri.url}/events`, `${uri.url}/v1/events`];
      expect(await Promise.all(paths.map((path) => post(path)))).toEqual([200, 404, 404, 200]);
    });

    it.each([
      ['as texts', ['events', 'events/*rest']],
      ['for all methods', [{ path: 'events{/*path}', method: RequestMethod.ALL }]],
    ])('paths that the host excludes from its prefix, %s, are without it', async (_how, exclude) => {
      const url = await boot((app) => {
        app.setGlobalPrefix('api', { exclude });
        app.enableVersioning({ type: VersioningType.HEADER, header: 'x-api-version', defaultVersion: '1' });
      });
      const large = event('x'.repeat(150_000));
      expect(await post(`${url}/events`, {}, large)).toBe(200);
      expect(await post(`${url}/api/events`)).toBe(404);
      const beacon = await fetch(`${url}/events/beacon?key=versions-key`, { method: 'POST', body: large });
      expect(beacon.status).toBe(204);
    });
  });
});

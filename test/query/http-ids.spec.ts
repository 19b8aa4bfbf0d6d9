import { Controller, Get, type INestApplication, Param, RequestMethod, VersioningType } from '@nestjs/common';
import type { StoredEvent } from 'nestjs-event-log';
import { request as httpRequest } from 'node:http';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { newEvent } from '../utils/events.js';
import { KEYS, type ReadingHost, startReadingHost } from './http-host.js';

const IDS = [
  'plain',
  'a/b',
  '/',
  'a%2Fb',
  '%',
  '%zz',
  '..',
  '.',
  'export',
  'events',
  'a b+c',
  '?q=1#f',
  '; --',
  ':id',
  '*',
  'é 日本 🙂',
  'x'.repeat(255),
  '🙂'.repeat(255),
  '__proto__',
  '\\',
];

interface Raw {
  status?: number;
  type?: string;
  body: string;
}

/** Not by fetch(), which mends paths. */
function get(
  url: string,
  path: string,
  headers: Record<string, string> = { authorization: `Bearer ${KEYS.one.key}` },
): Promise<Raw> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          type: response.headers['content-type'],
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on('error', reject).end();
  });
}

@Controller()
class HostController {
  @Get('query/events/:id/more')
  more(@Param('id') id: string) {
    return `more of ${id}`;
  }

  @Get('query/other/:id')
  other(@Param('id') id: string) {
    return `other ${id}`;
  }
}

interface HostCase {
  name: string;
  base: string;
  configure?: (app: INestApplication) => void;
}

const HOSTS: HostCase[] = [
  { name: 'a default host', base: '' },
  { name: 'a host with a global prefix', base: '/api', configure: (app) => void app.setGlobalPrefix('api') },
  { name: 'a host with a parameter in its prefix', base: '/acme', configure: (app) => void app.setGlobalPrefix(':tenant') },
  {
    name: 'a host whose prefix leaves the module out',
    base: '',
    configure: (app) =>
      void app.setGlobalPrefix('api', {
        exclude: ['query', 'query/*rest', 'events', 'events/*rest'].map((path) => ({ path, method: RequestMethod.ALL })),
      }),
  },
  {
    name: 'a host with versions in its paths',
    base: '/v1',
    configure: (app) => void app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
  },
  {
    name: 'a host with versions in a header',
    base: '',
    configure: (app) => void app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version', defaultVersion: '1' }),
  },
];

describe.each(ADAPTERS)('On %s', (adapter) => {
  describe.each(HOSTS)('in $name', ({ base, configure }) => {
    let host: ReadingHost;

    beforeAll(async () => {
      host = await startReadingHost(adapter, { app: { configure } });
      for (const id of IDS) {
        const answer = await host.client.log(newEvent({ id }), { key: KEYS.one.key, path: `${base}/events` });
        expect(answer.status).toBe(200);
      }
    });
    afterAll(closeApps);

    it.each(IDS)('the event with the id %j is read by its id, percent-encoded', async (id) => {
      const answer = await get(host.url, `${base}/query/events/${encodeURIComponent(id)}`);
      expect([answer.status, (JSON.parse(answer.body) as StoredEvent).id]).toEqual([200, id]);
    });

    it.each(['/query/events/%', '/query/events/%zz', '/query/events/%ff', '/query/events/a%2', '/query//events/%c3%28'])(
      '%s, which can not be decoded, is refused as a problem',
      async (path) => {
        const answer = await get(host.url, `${base}${path}?q=%zz`);
        expect([answer.status, answer.type]).toEqual([400, expect.stringMatching(/^application\/problem\+json/)]);
        expect(JSON.parse(answer.body)).toMatchObject({ code: 'bad_request', instance: `${base}${path}` });
      },
    );

    it('a doubled slash counts as one, and dots are no way out', async () => {
      const paths = ['//query/events/plain', '/query//events/plain', '/query/events//plain', '/query/events/..'];
      const answers = await Promise.all(paths.map((path) => get(host.url, base + path)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect((JSON.parse(answers[3].body) as StoredEvent).id).toBe('..');
    });
  });

  it("what is below an event's path, or beside the module's, is the host's", async () => {
    const { url } = await startReadingHost(adapter, { controllers: [HostController] });
    const paths = ['/query/events/a%2Fb/more', '/query/other/%41', '/query/events/a/less', '/query', '/query/other/%zz'];
    const answers = await Promise.all(paths.map((path) => get(url, path, {})));
    expect(answers.slice(0, 2).map(({ status, body }) => [status, body])).toEqual([
      [200, 'more of a/b'],
      [200, 'other A'],
    ]);
    expect(answers.slice(2).map(({ status }) => status)).toEqual([404, 404, 400]);
    for (const { type } of answers) expect(type).not.toContain('problem');
    await closeApps();
  });
});

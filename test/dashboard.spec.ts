import { type CallHandler, type INestApplication, VersioningType } from '@nestjs/common';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogDashboardModule } from 'nestjs-event-log/dashboard';
import { map } from 'rxjs';
import { clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';

type Options = Parameters<typeof EventLogDashboardModule.forRoot>[0];

const apiKeys = [{ id: 'docs', key: 'key-of-dashboard-spec', kind: 'api' as const }];
const importsOf = (options?: Options) => [EventLogModule.forRoot({ apiKeys }), EventLogDashboardModule.forRoot(options)];
/** The files that a page names, as a browser resolves their addresses. */
const linksOf = (html: string, at: string) =>
  Array.from(html.matchAll(/(?:src|href)="([^"#]+)"/g), ([, link]) => new URL(link!, at).href);

afterEach(closeApps);

describe.each(ADAPTERS)('The dashboard on %s', (adapter) => {
  const serve = async (options?: Options, configure?: (app: INestApplication) => void) => {
    const { url } = await createApp(adapter, { imports: importsOf(options) }, { configure });
    return clientOf(url);
  };

  const PLACES: [string, string, Options | undefined, ((app: INestApplication) => void) | undefined][] = [
    ['by default', '/event-log', undefined, undefined],
    ['with a slash at the end', '/event-log/', undefined, undefined],
    ['at a path of its own', '/admin/log', { path: '/admin/log/' }, undefined],
    ['below a prefix', '/api/event-log', undefined, (app) => app.setGlobalPrefix('api')],
    [
      'below a version',
      '/v1/event-log',
      undefined,
      (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
    ],
    [
      'with versions in a header, which no browser sends for a page',
      '/event-log',
      undefined,
      (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'v', defaultVersion: '1' }),
    ],
    [
      'behind an interceptor that wraps answers',
      '/event-log',
      undefined,
      (app) =>
        app.useGlobalInterceptors({ intercept: (_context, next: CallHandler) => next.handle().pipe(map((data) => ({ data }))) }),
    ],
  ];

  it.each(PLACES)('is served %s, with all of its files', async (_place, path, options, configure) => {
    const client = await serve(options, configure);
    const page = await client.get(path);
    expect([page.status, page.header('Content-Type')]).toEqual([200, 'text/html; charset=utf-8']);
    const links = linksOf(page.text, `http://host${path}`);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      const file = await client.get(link.slice('http://host'.length));
      expect([link, file.status, file.header('X-Content-Type-Options')]).toEqual([link, 200, 'nosniff']);
      expect(file.header('Cache-Control')).toContain('immutable');
    }
  });

  it('finds its files where a proxy has it below another path', async () => {
    const page = await (await serve()).get('/event-log/');
    for (const link of linksOf(page.text, 'https://proxy.example/tools/log/')) {
      expect(link).toMatch(/^https:\/\/proxy\.example\/tools\/log\/files\/\w{16}\/[\w.-]+$/);
    }
  });

  it('names the query routes and the route for events relative to itself', async () => {
    const client = await serve({ path: 'admin/log', queryPath: 'read', eventsPath: '/log/events' });
    const { text } = await client.get('/admin/log');
    expect(text).toContain('<meta name="query-path" content="../../read" />');
    expect(text).toContain('<meta name="events-path" content="../../log/events" />');
  });

  it('allows no code but its own, in nobody’s frame', async () => {
    const client = await serve();
    const page = await client.get('/event-log');
    const policy = page.header('Content-Security-Policy')!;
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]) {
      expect(policy.split('; ')).toContain(rule);
    }
    expect(policy).not.toContain('unsafe');
    expect(page.text).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/);
  });

  it('tells browsers that a page which they have is the same', async () => {
    const client = await serve();
    const etag = (await client.get('/event-log')).header('ETag')!;
    const again = await client.get('/event-log', { headers: { 'If-None-Match': etag } });
    expect([again.status, again.text]).toEqual([304, '']);
    expect((await client.get('/event-log', { headers: { 'If-None-Match': '"other"' } })).status).toBe(200);
  });

  it.each(['files/0000000000000000/app.js', 'files/0000000000000000/..%2f..%2fpackage.json'])(
    'answers %s, which it does not have, with 404 as a problem',
    async (path) => {
      const answer = await (await serve()).get(`/event-log/${path}`);
      expect(answer.status).toBe(404);
      expect(answer.header('Content-Type')).toMatch('application/problem+json');
    },
  );

  it('puts decorators of the host on its controller', async () => {
    const seen: string[] = [];
    await serve({ decorators: [(target) => void seen.push(target.name)] });
    expect(seen).toEqual(['DashboardController']);
  });
});

it.each([
  [{ path: '' }, 'Expected `path` to be a path'],
  [{ path: ':any' }, 'Expected `path` to be a path'],
  [{ queryPath: '"><script>' }, 'Expected `queryPath` to be a path'],
  [{ eventsPath: 5 }, 'Expected `eventsPath` to be a string, got number'],
  [{ paht: 'x' }, 'Unknown field `paht`'],
] as [Options, string][])('refuses the options %j', (options, message) => {
  expect(() => EventLogDashboardModule.forRoot(options)).toThrow(message);
});

import { All, Controller, Get, Post, Res, UseFilters } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type IncomingHttpHeaders, METHODS, request as httpRequest } from 'node:http';
import { EventLogModule, ProblemDetailsFilter } from 'nestjs-event-log';
import { hostOf } from '../lib/http/host/host-of.js';
import { OwnRoute } from '../lib/http/own-route.decorator.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';

/** Two handlers that share a path, as rooms of the module have them. */
@Controller('shared')
@UseFilters(ProblemDetailsFilter)
class SharedPathController {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  @OwnRoute({ methods: ['GET'] })
  read(@Res() response: { req?: object; request?: object }) {
    this.answer(response, 'read');
  }

  @OwnRoute({ methods: ['POST', 'QUERY'], body: 'application/json' })
  search(@Res() response: { req?: object; request?: object }) {
    this.answer(response, 'searched');
  }

  private answer(response: { req?: object; request?: object }, body: string) {
    const request = (response.request ?? response.req) as Parameters<ReturnType<typeof hostOf>['answer']>[0];
    hostOf(this.adapterHost.httpAdapter).answer(request, response, 200, { 'Content-Type': 'text/plain' }, body);
  }
}

@Controller('host')
class HostController {
  @Get('one')
  one() {
    return 'one';
  }

  @Post('any')
  @All('any')
  any() {
    return 'any';
  }
}

interface Answer {
  status?: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Not by fetch(), which refuses some methods and sends headers of its own. */
function send(url: string, method: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      const answer = () => ({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() });
      response.on('end', () => resolve(answer()));
    });
    request.on('error', reject).end(body);
  });
}

const apiKeys = [{ id: 'site', key: 'methods-key', kind: 'web' as const, allowedOrigins: ['https://site.example'] }];
const OTHER_METHODS = METHODS.filter((method) => !['CONNECT', 'HEAD', 'OPTIONS', 'POST'].includes(method));

describe.each(ADAPTERS)('On %s', (adapter) => {
  describe.each([
    ['a default host', '', ''],
    ['a parameter in the global prefix', ':tenant', '/acme'],
  ])('in %s', (_name, prefix, base) => {
    let url: string;
    let plain: string;

    beforeAll(async () => {
      const controllers = [HostController, SharedPathController];
      const configure = (app: { setGlobalPrefix(prefix: string): unknown }) => void (prefix && app.setGlobalPrefix(prefix));
      const [ours, without] = await Promise.all([
        createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys })], controllers }, { configure }),
        createApp(adapter, { controllers: [HostController] }, { configure }),
      ]);
      [url, plain] = [`${ours.url}${base}`, `${without.url}${base}`];
    });
    afterAll(closeApps);

    it.each(OTHER_METHODS)('%s, which no route of the module serves, is refused with a problem of ours', async (method) => {
      const headers = { origin: 'https://site.example', 'x-request-id': 'trace-1' };
      for (const path of ['/events', '//events', '/events/beacon']) {
        const answer = await send(`${url}${path}?q=1`, method, headers);
        expect(answer).toMatchObject({
          status: 405,
          headers: { allow: 'POST, OPTIONS', 'x-request-id': 'trace-1', 'access-control-allow-origin': 'https://site.example' },
        });
        expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
        expect(JSON.parse(answer.body)).toMatchObject({ status: 405, code: 'method_not_allowed', instance: `${base}${path}` });
      }
    });

    it('a refused method with a body keeps the connection in order', async () => {
      const answer = await send(`${url}/events`, 'PUT', { 'content-type': 'application/json' }, 'x'.repeat(200_000));
      expect(answer).toMatchObject({ status: 405, headers: { connection: expect.not.stringContaining('upgrade') as string } });
    });

    it.each([
      ['GET', 200, 'read'],
      ['HEAD', 200, ''],
      ['POST', 200, 'searched'],
      ['DELETE', 405, undefined],
    ])('%s on a path that two handlers share is answered by the one that serves it', async (method, status, body) => {
      const answer = await send(`${url}/shared`, method);
      expect([answer.status, body ?? answer.body]).toEqual([status, answer.body]);
      if (status === 405) expect(answer.headers.allow).toBe('GET, HEAD, POST, QUERY, OPTIONS');
    });

    it('a preflight names the methods of the path', async () => {
      const headers = { origin: 'https://site.example', 'access-control-request-method': 'GET' };
      const answer = await send(`${url}/shared`, 'OPTIONS', headers);
      expect(answer.headers).toMatchObject({
        allow: 'GET, HEAD, POST, QUERY, OPTIONS',
        'access-control-allow-methods': 'GET, HEAD, POST, QUERY',
      });
    });

    it.each(OTHER_METHODS)("the host's answers to %s are the same as without the module", async (method) => {
      for (const path of ['/host/one', '/host/any', '/missing', '/events/sub', '/eventsx']) {
        const [{ headers, ...ours }, { headers: expected, ...rest }] = await Promise.all(
          [url, plain].map((app) => send(`${app}${path}`, method)),
        );
        expect(ours).toStrictEqual(rest);
        expect({ ...headers, date: '' }).toStrictEqual({ ...expected, date: '' });
      }
    });
  });
});

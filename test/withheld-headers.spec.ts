import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import { once } from 'node:events';
import { EventLogModule } from 'nestjs-event-log';
import { type Adapter, ADAPTERS, closeApps, createApp } from './utils/create-app.js';

const WITHHELD = ['content-type', 'content-encoding', 'content-length', 'transfer-encoding', 'origin'];
const apiKeys = [{ id: 'site', key: 'withheld-key', kind: 'web' as const, allowedOrigins: ['https://site.example'] }];
const HEADERS = {
  authorization: 'Bearer withheld-key',
  'content-type': 'application/json',
  origin: 'https://site.example',
  'x-host': 'kept',
};
const EVENT = JSON.stringify({ entityType: 'message', type: 't', messageId: 'm' });

type Look = (request: IncomingMessage) => void;

/** The last place before the module where code of the host's sees a request. */
function lookAt(adapter: Adapter, look: Look): (app: INestApplication) => void {
  if (adapter === 'express') {
    return (app) =>
      void app.use((request: IncomingMessage, _response: unknown, next: () => void) => {
        look(request);
        next();
      });
  }
  return (app) => {
    const instance = (app.getHttpAdapter() as FastifyAdapter).getInstance();
    instance.addHook('preHandler', (request, _reply, done) => {
      look(request.raw);
      done();
    });
  };
}

describe.each(ADAPTERS)('On %s, in a host that looks at every request', (adapter) => {
  const boot = async (look: Look) => {
    const metadata = { imports: [EventLogModule.forRoot({ apiKeys })] };
    return (await createApp(adapter, metadata, { configure: lookAt(adapter, look) })).url;
  };
  afterEach(closeApps);

  it('the withheld headers are absent from all that Node says of headers, and others are not', async () => {
    const seen: string[][] = [];
    const url = await boot((request) => {
      const raw = request.rawHeaders.filter((_value, index) => index % 2 === 0).map((name) => name.toLowerCase());
      seen.push(Object.keys(request.headers), raw, Object.keys(request.headersDistinct));
    });
    await fetch(`${url}/events`, { method: 'POST', headers: HEADERS, body: EVENT });
    expect(seen).toHaveLength(3);
    for (const names of seen) {
      expect(names).toEqual(expect.arrayContaining(['authorization', 'x-host', 'host']));
      expect(names.filter((name) => WITHHELD.includes(name))).toEqual([]);
    }
  });

  it('code that goes through all headers, or forwards them, works', async () => {
    const forwarded: string[][] = [];
    const url = await boot((request) => {
      for (const value of Object.values(request.headers)) [value as string].flat().forEach((text) => text.trim());
      forwarded.push([...new Headers(request.headers as Record<string, string>).keys()]);
    });
    const answer = await fetch(`${url}/events`, { method: 'POST', headers: HEADERS, body: EVENT });
    expect(answer.status).toBe(200);
    expect(forwarded[0]).toContain('x-host');
    expect(forwarded[0]).not.toContain('content-type');
  });

  it('what the host changes of the headers stays, and what was withheld is read by the module', async () => {
    const url = await boot((request) => {
      request.headers = { ...request.headers, 'x-request-id': 'of-the-host' };
    });
    const answer = await fetch(`${url}/events`, { method: 'POST', headers: HEADERS, body: EVENT });
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([200, 'of-the-host']);
    const text = await fetch(`${url}/events`, {
      method: 'POST',
      headers: { ...HEADERS, 'content-type': 'text/csv' },
      body: EVENT,
    });
    expect(text.status).toBe(415);
  });

  it('a request that has none of them is left as it is', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const url = await boot((request) => seen.push(request.headers));
    const headers = { authorization: 'Bearer withheld-key', connection: 'close' };
    const answer = await fetch(`${url}/events/beacon?key=none`, { method: 'GET', headers });
    expect(answer.status).toBe(405);
    for (const { authorization } of seen) expect(authorization).toBe('Bearer withheld-key');
  });
});

it('headers of an HTTP/2 request, which can not be set, are withheld and given back', async () => {
  const http = new FastifyAdapter({ http2: true } as object);
  const imports = [EventLogModule.forRoot({ apiKeys })];
  const app = await NestFactory.create({ module: class HostModule {}, imports }, http, { logger: false, abortOnError: false });
  const seen: string[] = [];
  lookAt('fastify', ({ headers }) => seen.push(...Object.keys(headers)))(app);
  await app.listen(0, '127.0.0.1');
  const session = connect(await app.getUrl());
  const stream = session.request({ ':method': 'POST', ':path': '/events', ...HEADERS });
  stream.end(EVENT);
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  session.destroy();
  await app.close();
  expect(headers[':status']).toBe(200);
  expect(seen).toContain('x-host');
  expect(seen.filter((name) => WITHHELD.includes(name))).toEqual([]);
});

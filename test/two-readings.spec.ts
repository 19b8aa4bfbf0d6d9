import { Body, Controller, Post } from '@nestjs/common';
import { once } from 'node:events';
import { connect } from 'node:net';
import { EventLogModule } from 'nestjs-event-log';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { newEvent } from './utils/events.js';

const KEY = 'key-of-the-site';
const apiKeys = [{ id: 'site', key: KEY, kind: 'api' as const }];
const EVENT = JSON.stringify(newEvent());

@Controller('host')
class HostController {
  @Post('echo')
  echo(@Body() body: object) {
    return body;
  }
}

/** Sends a request by hand, as clients clean targets up, and resolves to the whole answer. */
async function send(url: string, target: string, { headers = [] as string[], body = EVENT, key = KEY, method = 'POST' } = {}) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => (received += String(chunk))).on('error', () => undefined);
  const own = [
    'Host: h',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Request-Id: trace-1',
  ];
  const authorization = key ? [`Authorization: Bearer ${key}`] : [];
  socket.write(
    [`${method} ${target} HTTP/1.1`, ...own, ...authorization, ...headers, 'Connection: close', '', body].join('\r\n'),
  );
  await once(socket, 'close');
  const [head, text] = received.split('\r\n\r\n', 2);
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), text };
}

describe.each(ADAPTERS)('On %s', (adapter) => {
  let url: string;
  let plain: string;

  beforeAll(async () => {
    const controllers = [HostController];
    const [ours, without] = await Promise.all([
      createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys })], controllers }),
      createApp(adapter, { controllers }),
    ]);
    [url, plain] = [ours.url, without.url];
  });
  afterAll(closeApps);

  it.each(['/events#f', '/events?x#', '/events?x\\', '/events/beacon?key=k#', '//events#f'])(
    'the target %s, which two parsers may read differently, is refused with 400 before key and body are looked at',
    async (target) => {
      for (const options of [{}, { key: '', body: '{' }, { body: 'x'.repeat(300_000) }, { method: 'OPTIONS' }]) {
        const { status, head, text } = await send(url, target, options);
        expect([target, options, status]).toEqual([target, options, 400]);
        expect(head).toContain('content-type: application/problem+json');
        expect(JSON.parse(text)).toMatchObject({ status: 400, code: 'bad_request', requestId: 'trace-1' });
      }
    },
  );

  it.each([
    '/events\\',
    '/events\\#',
    '/events\\?x#',
    '/events?x#\\',
    '\\events',
    'http://h/events\\#',
    'http://h/events#f',
    'http://u@h/events',
    "http://h'/events",
    'HTTP:/events',
    'http://h?a/events',
  ])('the target %s is refused with a problem, or is no route of the module at all', async (target) => {
    for (const body of ['{', EVENT]) {
      const [ours, expected] = await Promise.all([url, plain].map((app) => send(app, target, { body })));
      if (ours.head.includes('application/problem+json')) expect(ours.status).toBe(400);
      else expect([ours.status, ours.text]).toEqual([expected.status, expected.text]);
      expect(expected.status).not.toBe(200);
    }
  });

  it('a target in absolute form is the same route', async () => {
    expect((await send(url, 'http://h/events')).status).toBe(200);
  });

  it.each(['/host/echo#f', '/host/echo?a\\', 'http://h/host/echo#', '/host/echo\\'])(
    "the host's answer to the target %s is the same as without the module",
    async (target) => {
      const [ours, expected] = await Promise.all([url, plain].map((app) => send(app, target)));
      expect([ours.status, ours.text]).toEqual([expected.status, expected.text]);
    },
  );

  it('a request with as many headers as Node takes is refused with 431, as Node may have dropped some', async () => {
    const fillers = (count: number) => Array.from({ length: count }, (_, i) => `a${i}:`);
    expect((await send(url, '/events', { headers: fillers(900) })).status).toBe(200);
    const second = [...fillers(1_100), 'Authorization: Bearer other', 'Content-Encoding: gzip'];
    const { status, text } = await send(url, '/events', { headers: second });
    expect([status, JSON.parse(text)]).toMatchObject([431, { detail: 'The request has too many headers' }]);
  });

  it.each([
    ['/EVENTS', 200, 404],
    ['/events/', 200, 404],
    ['///events', 200, 404],
    ['/%65vents', 404, 200],
    ['//events', 200, 200],
    ['/events?x', 200, 200],
    ['/events%2f', 404, 404],
    ['/./events', 404, 404],
    ['/x/../events', 404, 404],
    ['/events;x', 404, 404],
    ['/events%20', 404, 404],
    ['/events\\', 404, 404],
    ['/events#f', 400, 400],
    ['/events?x\\', 400, 400],
    ['http://h/events', 200, 200],
    ['http://h/events#f', 400, 400],
    ['http://u@h/events', 400, 400],
  ])('the spelling %s is answered as docs/security.md says', async (target, onExpress, onFastify) => {
    expect((await send(url, target)).status).toBe(adapter === 'express' ? onExpress : onFastify);
  });
});

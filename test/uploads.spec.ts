import { Logger } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLogModule, type EventLogOptions } from 'nestjs-event-log';
import { clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { eventOfBytes } from './utils/events.js';
import { ownTime } from './utils/own-time.js';
import { until } from './utils/until.js';

Logger.overrideLogger(false);

const KEY = 'key-of-the-site';
const OTHER_KEY = 'key-of-another-site';
const MIB = 1024 * 1024;
/** What an upload that is held keeps for later, to be sent byte by byte. */
const HELD_BACK = 600;
const HEAD = `POST /events HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${KEY}\r\nContent-Type: application/json\r\n`;
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
const declaring = (bytes: number) => `${HEAD}Content-Length: ${bytes}\r\n\r\n`;

interface Upload {
  socket: Socket;
  /** What was received until the server closed, and when by both clocks. */
  closed: Promise<{ text: string; at: number; ownAt: number }>;
  /** Resolves once the first line of an answer was received. */
  status: Promise<number>;
}

afterEach(closeApps);

describe.each(ADAPTERS)('Uploads on %s', (adapter) => {
  const sockets: Socket[] = [];
  const drips: NodeJS.Timeout[] = [];
  let url: string;

  async function start(options: EventLogOptions = {}) {
    const scopes = ['events:write' as const];
    const apiKeys = [
      { id: 'site', key: KEY, scopes },
      { id: 'other', key: OTHER_KEY, scopes },
    ];
    const { app, ...started } = await createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys, ...options })] });
    ({ url } = started);
    return app;
  }

  function open(...parts: string[]): Upload {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    sockets.push(socket);
    let text = '';
    const status = new Promise<number>((resolve) => {
      socket.on('data', (chunk) => {
        text += chunk;
        if (text.length > 12) resolve(Number(text.slice(9, 12)));
      });
    });
    const closed = new Promise<{ text: string; at: number; ownAt: number }>((resolve) => {
      socket.on('error', () => undefined).on('close', () => resolve({ text, at: performance.now(), ownAt: ownTime() }));
    });
    for (const part of parts) socket.write(part);
    return { socket, closed, status };
  }

  /** An upload that makes progress, so that no other one takes its room, and ends only with `finish()`. */
  function hold(event: string): Upload & { finish(): void } {
    const upload = open(declaring(event.length), event.slice(0, -HELD_BACK));
    let sent = event.length - HELD_BACK;
    const dripping = setInterval(() => {
      if (upload.socket.writable && sent < event.length - 1) upload.socket.write(event[sent++]);
    }, 50);
    drips.push(dripping);
    const finish = () => {
      clearInterval(dripping);
      upload.socket.write(event.slice(sent));
    };
    return { ...upload, finish };
  }

  const post = (bytes: number, key = KEY) => clientOf(url, key).log(eventOfBytes(bytes));

  /** As posted by a client that gets no answer before the bytes in memory fit: retried until then. */
  const postUntil = (status: number, bytes: number) =>
    until(`an upload is answered with ${status}`, async () => (await post(bytes)).status === status);

  /** After a while in which the server has read all that the clients sent: a large body before would take their room. */
  async function postUntilRefused(bytes: number) {
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.write('', resolve))));
    for (let round = 0; round < 50; round++) await post(1_000);
    return postUntil(503, bytes);
  }

  afterEach(() => {
    for (const drip of drips.splice(0)) clearInterval(drip);
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  it('a large body is parsed in a later round of the event loop than the one that read its end', async () => {
    const app = await start();
    const order: string[] = [];
    app.getHttpServer().prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      // The first of these still belongs to the round that has read.
      request.on('end', () => setImmediate(() => setImmediate(() => order.push('others had a round'))));
      response.on('finish', () => order.push('answered'));
    });
    expect((await clientOf(url, KEY).log('{'.padEnd(MIB))).status).toBe(400);
    expect(order).toEqual(['others had a round', 'answered']);
  });

  it.each([
    ['nothing of it comes', declaring(1_000), []],
    ['it stops in the middle', declaring(1_000), ['{"type"']],
    ['it stops in the middle of a chunk', CHUNKED, ['ff\r\n{"type"']],
    ['it comes byte by byte', declaring(1_000), Array.from({ length: 200 }, () => ' ')],
  ])('a body is cut with 408 in time where %s, and the connection is closed', async (_how, head, parts) => {
    await start({ bodyTimeout: 1_000 });
    const [began, ownBegan] = [performance.now(), ownTime()];
    const { socket, closed } = open(head);
    const dripping = (async () => {
      for (const part of parts) {
        if (socket.destroyed) return;
        socket.write(part);
        await delay(50);
      }
    })();
    const { text, at, ownAt } = await closed;
    await dripping;
    const [head408, body] = text.split('\r\n\r\n');
    expect(head408).toMatch(/^HTTP\/1\.1 408 /);
    expect(head408).toMatch(/^content-type: application\/problem\+json/im);
    expect(head408).toMatch(/^connection: close/im);
    expect(body).toContain('"code":"request_timeout"');
    expect(at - began).toBeGreaterThan(990);
    expect(ownAt - ownBegan).toBeLessThan(6_000); // what is still coming is read for 2 s, so that the answer arrives
  });

  it('each slow body is cut after its own time, and one that arrives in time is taken', async () => {
    await start({ bodyTimeout: 2_000 });
    const [began, ownBegan] = [performance.now(), ownTime()];
    const early = open(declaring(1_000), '{');
    await delay(1_000);
    const late = open(declaring(1_000), '{');
    const event = eventOfBytes(1_000);
    const inTime = open(declaring(1_000), event.slice(0, 500));
    await delay(1_500); // past the deadline of the first, before that of the others
    inTime.socket.write(event.slice(500));
    expect(await inTime.status).toBe(200);
    expect((await early.closed).ownAt - ownBegan).toBeLessThan(2_000 + 1_000);
    expect((await late.closed).at - began).toBeGreaterThanOrEqual(2_990);
  });

  it('a body may take as long as it needs where the time is longer than that', async () => {
    await start({ bodyTimeout: 5_000 });
    const event = eventOfBytes(1_000);
    const { socket, status } = open(declaring(1_000), event.slice(0, 500));
    await delay(1_500);
    socket.write(event.slice(500));
    expect(await status).toBe(200);
  });

  it('an upload that would exceed maxUploadBytes is refused with 503, small events are not, and later it is taken', async () => {
    await start({ maxUploadBytes: 2 * MIB });
    const event = eventOfBytes(1.5 * MIB);
    const held = hold(event);
    await postUntilRefused(MIB);
    const refused = await post(MIB);
    expect([refused.status, refused.header('retry-after')]).toEqual([503, '1']);
    expect(refused.text).toContain('"code":"service_unavailable"');
    expect((await post(60_000)).status).toBe(200);
    expect((await post(100_000, OTHER_KEY)).status).toBe(200);
    held.finish();
    expect(await held.status).toBe(200);
    expect((await post(2 * MIB)).status).toBe(200);
  });

  it('a refused upload has its answer before it is sent', async () => {
    await start({ maxUploadBytes: 2 * MIB });
    hold(eventOfBytes(1.5 * MIB));
    await postUntilRefused(MIB);
    const began = ownTime();
    const { text } = await open(declaring(MIB)).closed;
    expect(text).toMatch(/^HTTP\/1\.1 503 /);
    expect(ownTime() - began).toBeLessThan(5_000);
  });

  it('an upload that is declared and not sent takes no room', async () => {
    await start({ maxUploadBytes: 2 * MIB });
    const idle = Array.from({ length: 50 }, () => open(declaring(2 * MIB), '{'));
    await delay(200);
    expect((await post(2 * MIB)).status).toBe(200);
    expect(idle.every(({ socket }) => !socket.destroyed)).toBe(true);
  });

  it.each([
    ['declared', declaring(2 * MIB), (body: string) => body],
    ['in chunks', CHUNKED, (body: string) => `${body.length.toString(16)}\r\n${body}`],
  ])('some of the uploads that grow together beyond the bound, %s, are refused, and one goes on', async (_how, head, framed) => {
    await start({ maxUploadBytes: 2 * MIB });
    const event = eventOfBytes(2 * MIB);
    const clients = Array.from({ length: 6 }, () => open(head));
    const statuses = Promise.all(clients.map(({ status }) => status));
    const isSending = clients.map(() => true);
    clients.forEach(({ status }, index) => void status.then(() => (isSending[index] = false)));
    const PART = MIB / 8;
    for (let sent = 0; sent < event.length; sent += PART) {
      clients.forEach(({ socket }, index) => {
        if (isSending[index])
          socket.write(`${sent > 0 && head === CHUNKED ? '\r\n' : ''}${framed(event.slice(sent, sent + PART))}`);
      });
      await delay(20);
    }
    if (head === CHUNKED) clients.forEach(({ socket }, index) => isSending[index] && socket.write('\r\n0\r\n\r\n'));
    const seen = await statuses;
    expect(new Set(seen)).toEqual(new Set([200, 503]));
    expect((await post(2 * MIB)).status).toBe(200);
  });

  it.each([
    ['are aborted', {}, (clients: Upload[]) => clients.forEach(({ socket }) => socket.resetAndDestroy())],
    ['are ended halfway', {}, (clients: Upload[]) => clients.forEach(({ socket }) => socket.end())],
    ['are too slow', { bodyTimeout: 3_000 }, () => undefined],
  ])('uploads that %s leave their room to others', async (_how, options, leave) => {
    await start({ maxUploadBytes: 3 * MIB, ...options });
    const event = eventOfBytes(MIB);
    for (let round = 0; round < 2; round++) {
      const clients = [1, 2].map(() => hold(event));
      await postUntilRefused(2 * MIB);
      leave(clients);
      await postUntil(200, 2 * MIB);
      await Promise.all(clients.map(({ closed }) => closed));
    }
  });

  it('uploads over maxBodyBytes leave their room to others', async () => {
    await start({ maxUploadBytes: 2 * MIB, maxBodyBytes: 1.5 * MIB });
    for (let round = 0; round < 5; round++) {
      const { status } = open(CHUNKED, `1fffff\r\n${'x'.repeat(0x1fffff)}`);
      expect(await status).toBe(413);
    }
    const event = eventOfBytes(MIB);
    const held = open(declaring(MIB), event.slice(0, -1));
    await delay(100);
    expect((await post(MIB, OTHER_KEY)).status).toBe(200);
    held.socket.write(event.slice(-1));
    expect(await held.status).toBe(200);
  });
});

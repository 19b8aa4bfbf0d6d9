import { Logger } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerStorage } from '@nestjs/throttler';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ApiKey,
  apiKeyDigest,
  ApiKeyStore,
  EventLogModule,
  type EventLogOptions,
  EventRepository,
  InMemoryEventRepository,
} from 'nestjs-event-log';
import { clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { eventOfBytes, newEvent } from './utils/events.js';
import { until } from './utils/until.js';

Logger.overrideLogger(false);

const KEY = 'key-of-the-site';
const LOOKUP_MS = 100;
const SENDERS = 20;
const apiKey: ApiKey = { id: 'site', kind: 'api', digest: apiKeyDigest(KEY), scopes: ['events:write'] };

/** Answers after a while, each time, and knows one key. */
class SlowKeyStore extends ApiKeyStore {
  static lookups = 0;
  static lookupMs = LOOKUP_MS;

  async findByDigest(): Promise<ApiKey | undefined> {
    SlowKeyStore.lookups++;
    await delay(SlowKeyStore.lookupMs);
    return SlowKeyStore.isKnown ? apiKey : undefined;
  }

  static isKnown = true;
}

class SlowCounts implements ThrottlerStorage {
  async increment() {
    await delay(LOOKUP_MS);
    return { totalHits: 1, timeToExpire: 60, isBlocked: false, timeToBlockExpire: 0 };
  }
}

const LEAVING: [how: string, leave: (socket: Socket) => unknown][] = [
  ['half-closes', (socket) => socket.end()],
  ['closes', (socket) => socket.destroy()],
  ['resets', (socket) => socket.resetAndDestroy()],
];

afterEach(closeApps);
beforeEach(() => {
  SlowKeyStore.isKnown = true;
  SlowKeyStore.lookups = 0;
  SlowKeyStore.lookupMs = LOOKUP_MS;
});

describe.each(ADAPTERS)('A sender that is gone, on %s,', (adapter) => {
  let url: string;
  let repository: InMemoryEventRepository;

  async function start(options: Partial<EventLogOptions> = {}) {
    const imports = [
      ThrottlerModule.forRoot({ throttlers: [], storage: new SlowCounts() }),
      EventLogModule.forRoot({ keyStore: { store: SlowKeyStore }, ...options }),
    ];
    const host = await createApp(adapter, { imports });
    ({ url } = host);
    repository = host.app.get<InMemoryEventRepository>(EventRepository, { strict: false });
  }

  async function send(body: string, length = Buffer.byteLength(body), more = ''): Promise<Socket> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
    const head = `POST /events HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${KEY}\r\nContent-Type: application/json\r\n`;
    const framing = length < 0 ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
    await new Promise((resolve) => socket.write(`${head}${framing}\r\n${more}\r\n${body}`, resolve));
    return socket;
  }

  /** Sends all, waits until all are looked up, and leaves. */
  async function sendAndLeave(bodies: readonly string[], leave: (socket: Socket) => unknown, length?: number) {
    const before = SlowKeyStore.lookups;
    const sockets = await Promise.all(bodies.map((body) => send(body, length)));
    await until('all keys are looked up', () => SlowKeyStore.lookups === before + bodies.length);
    sockets.forEach(leave);
  }

  const events = Array.from({ length: SENDERS }, (_, n) => JSON.stringify(newEvent({ id: `e${n}` })));
  const ids = events.map((_, n) => `e${n}`).sort();
  const stored = () => repository.events.map(({ id }) => id).sort();

  it.each(LEAVING)('that %s while its key is looked up has its event stored', async (_how, leave) => {
    await start();
    await sendAndLeave(events, leave);
    await until('all are stored', () => repository.events.length === SENDERS);
    expect(stored()).toEqual(ids);
  });

  it.each(LEAVING)('that %s after a body in chunks of 60 kB has its event stored', async (_how, leave) => {
    await start();
    const chunked = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
    const event = eventOfBytes(60_000);
    const bodies = events.map(() => `${chunked(event.slice(0, 100))}${chunked(event.slice(100))}0\r\n\r\n`);
    await sendAndLeave(bodies, leave, -1);
    await until('all are stored', () => repository.events.length === SENDERS);
  });

  it.each(LEAVING)('that %s while it is counted has its event stored', async (_how, leave) => {
    await start({ rateLimit: { limit: 1_000, ttl: 60_000 } });
    const sockets = await Promise.all(events.map((event) => send(event)));
    await until('all keys are looked up', () => SlowKeyStore.lookups === SENDERS);
    await delay(LOOKUP_MS * 1.5);
    sockets.forEach(leave);
    await until('all are stored', () => repository.events.length === SENDERS);
    expect(stored()).toEqual(ids);
  });

  it.each(LEAVING)('that %s before its body is whole has nothing stored', async (_how, leave) => {
    await start();
    await sendAndLeave(
      events.map((event) => event.slice(0, -1)),
      leave,
      events[0].length + 1,
    );
    await delay(LOOKUP_MS * 2);
    expect(repository.events).toEqual([]);
    expect(await clientOf(url, KEY).log()).toMatchObject({ status: 200 });
  });

  it('with an unknown key has nothing stored', async () => {
    await start();
    SlowKeyStore.isKnown = false;
    await sendAndLeave(events, (socket) => socket.end());
    await delay(LOOKUP_MS * 2);
    expect(repository.events).toEqual([]);
    expect((await clientOf(url, KEY).log()).status).toBe(401);
  });

  it('leaves those alone who stay: a body that ends after the lookup is taken', async () => {
    await start();
    const [event] = events;
    const socket = await send(event.slice(0, 20), event.length);
    await delay(LOOKUP_MS * 2);
    const status = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(String(chunk).slice(9, 12))));
    socket.write(event.slice(20));
    expect(await status).toBe('200');
    socket.destroy();
  });

  it('takes no room that is not there: beyond a quarter of maxUploadBytes bodies wait for their key', async () => {
    // Long enough for all of them to arrive while the first one's key is looked up, on a slow machine too.
    SlowKeyStore.lookupMs = LOOKUP_MS * 5;
    await start({ maxUploadBytes: 2_000_000 });
    const bodies = Array.from({ length: SENDERS }, () => eventOfBytes(60_000));
    await sendAndLeave(bodies, (socket) => socket.resetAndDestroy());
    await until('those are stored that had room', () => repository.events.length > 0);
    await delay(SlowKeyStore.lookupMs * 2);
    expect(repository.events.length).toBeLessThan(SENDERS);
    // Given back: the next ones are read again.
    await sendAndLeave(events, (socket) => socket.resetAndDestroy());
    await until('all are stored', () => ids.every((id) => repository.events.some((event) => event.id === id)));
  });
});

import { Logger } from '@nestjs/common';
import { createHook } from 'node:async_hooks';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, constants, deflateSync, type Gunzip, gzipSync } from 'node:zlib';
import {
  type ApiKey,
  apiKeyDigest,
  ApiKeyStore,
  EventLogModule,
  type EventLogOptions,
  EventRepository,
  InMemoryEventRepository,
} from 'nestjs-event-log';
import { UploadBudget } from '../lib/http/body/upload-budget.js';
import { type Answer, clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { eventOfBytes, newEvent } from './utils/events.js';
import { until } from './utils/until.js';

Logger.overrideLogger(false);

const KEY = 'key-of-the-site';
const WEB_KEY = 'key-of-the-page';
const MIB = 1024 * 1024;
const ACCEPTED = 'gzip, deflate, br, identity';

const CODINGS: [name: string, compress: (bytes: string | Buffer) => Buffer][] = [
  ['gzip', (bytes) => gzipSync(bytes)],
  ['deflate', (bytes) => deflateSync(bytes)],
  ['br', (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
];
const compressed = Object.fromEntries(CODINGS);

/** Knows its key after a while, in which small bodies are read already. */
class SlowKeyStore extends ApiKeyStore {
  async findByDigest(): Promise<ApiKey> {
    await delay(50);
    return { id: 'slow', kind: 'api', digest: apiKeyDigest('slow-key'), scopes: ['events:write'] };
  }
}

/** The zlib streams that are made from now on. */
function watchInflaters(): { streams: Gunzip[]; stop(): void } {
  const streams: Gunzip[] = [];
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      // Node sets the stream on its handle after this call.
      if (type === 'ZLIB') setImmediate(() => streams.push(ownerOf(resource)));
    },
  }).enable();
  return { streams, stop: () => void hook.disable() };
}

function ownerOf(handle: object): Gunzip {
  const symbol = Object.getOwnPropertySymbols(handle).find(({ description }) => description === 'owner_symbol');
  return Reflect.get(handle, symbol!) as Gunzip;
}

afterEach(closeApps);

describe.each(ADAPTERS)('On %s', (adapter) => {
  let url: string;
  let repository: InMemoryEventRepository;
  let budget: UploadBudget;

  async function start(options: Partial<EventLogOptions> = {}) {
    const apiKeys = [
      { id: 'site', key: KEY, kind: 'api' as const },
      { id: 'page', key: WEB_KEY, kind: 'web' as const, allowedOrigins: ['*'] },
    ];
    const imports = [EventLogModule.forRoot({ apiKeys, keyStore: { store: SlowKeyStore }, ...options })];
    const host = await createApp(adapter, { imports });
    url = host.url;
    budget = host.app.get(UploadBudget, { strict: false });
    repository = host.app.get<InMemoryEventRepository>(EventRepository, { strict: false });
  }

  const send = (body: Buffer | string, coding: string, key = KEY) =>
    clientOf(url, key).log(body, { headers: { 'Content-Encoding': coding } });

  const expectProblem = (answer: Answer, status: number, detail: RegExp) => {
    expect([answer.status, answer.header('content-type')]).toEqual([
      status,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect(answer.json().detail).toMatch(detail);
  };

  /** Sends a body in parts; with a head that declares so many bytes, or in chunks. */
  function open(coding: string, declared?: number) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
    const framing = declared === undefined ? 'Transfer-Encoding: chunked' : `Content-Length: ${declared}`;
    const head = ['POST /events HTTP/1.1', 'Host: h', `Authorization: Bearer ${KEY}`, 'Content-Type: application/json'];
    socket.write([...head, `Content-Encoding: ${coding}`, framing, '', ''].join('\r\n'));
    const answer = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (data) => (text += String(data)).includes('\r\n\r\n') && resolve(text)).on('close', () => resolve(text));
    });
    const write = (part: Buffer) => {
      const [before, after] = declared === undefined ? [`${part.length.toString(16)}\r\n`, '\r\n'] : ['', ''];
      socket.write(Buffer.concat([Buffer.from(before), part, Buffer.from(after)]));
    };
    return { socket, answer, write };
  }

  describe.each(CODINGS)('a body in %s', (coding, compress) => {
    it('is taken, small, of exactly maxBodyBytes, and in characters of any length', async () => {
      await start();
      const event = newEvent({ searchQuery: 'häßlich 😀', properties: { a: [1] } });
      const small = await send(compress(JSON.stringify(event)), coding);
      expect([small.status, small.json()]).toMatchObject([200, { searchQuery: 'häßlich 😀', properties: { a: [1] } }]);
      const large = await send(compress(eventOfBytes(2 * MIB)), coding);
      expect([large.status, large.json().searchQuery]).toEqual([200, expect.stringMatching(/^q{2000000,}$/)]);
    });

    it('is taken from beacons', async () => {
      await start();
      const headers = { 'Content-Encoding': coding };
      expect((await clientOf(url, WEB_KEY).beacon(compress(JSON.stringify(newEvent())), { headers })).status).toBe(204);
    });

    it('is taken where it arrives while its key is looked up, whole or in part', async () => {
      await start();
      expect((await send(compress(JSON.stringify(newEvent())), coding, 'slow-key')).status).toBe(200);
      const random = Buffer.from(Array.from({ length: 300_000 }, () => 97 + Math.random() * 26)).toString();
      const event = compress(JSON.stringify(newEvent({ searchQuery: random })));
      expect(event.length).toBeGreaterThan(100_000);
      expect((await send(event, coding, 'slow-key')).status).toBe(200);
    });

    it('is taken where it comes in chunks of one byte', async () => {
      await start();
      const { socket, answer, write } = open(coding);
      for (const byte of compress(JSON.stringify(newEvent()))) write(Buffer.from([byte]));
      socket.write('0\r\n\r\n');
      expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
      socket.destroy();
    });

    it('gets 413 as soon as it is larger than maxBodyBytes inflated, though it declares gigabytes', async () => {
      await start();
      expectProblem(await send(compress(eventOfBytes(2 * MIB + 1)), coding), 413, /2097152 bytes, both as sent and inflated$/);
      const bomb = compress(Buffer.alloc(100 * MIB, ' '));
      expect(bomb.length).toBeLessThan(MIB);
      const { write, answer, socket } = open(coding);
      write(bomb.subarray(0, bomb.length / 2)); // The answer comes before its end.
      expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
      socket.destroy();
      expect((await send(compress(JSON.stringify(newEvent())), coding)).status).toBe(200);
    });

    it('gets 400 that says so where it is cut short, broken, empty or followed by something', async () => {
      await start();
      const whole = compress(JSON.stringify(newEvent({ properties: { list: Array.from({ length: 200 }, (_, i) => i * i) } })));
      for (const length of [whole.length - 1, whole.length >> 1, 2, 0]) {
        expectProblem(await send(whole.subarray(0, length), coding), 400, new RegExp(`ends before its ${coding} stream does$`));
      }
      expectProblem(await send('{"entityType":"search"}', coding), 400, new RegExp(`not a valid ${coding} stream$`));
      for (const rest of ['x', '\0\0\0', whole.subarray(0, 2), Buffer.alloc(100_000, '{}')]) {
        const { status } = await send(Buffer.concat([whole, Buffer.from(rest)]), coding);
        expect([rest.length, status]).toEqual([rest.length, 400]);
      }
      expect(repository.events).toEqual([]);
    });

    it('that is compressed twice is inflated once, and so gets 400', async () => {
      await start();
      const twice = compressed.gzip(compressed.gzip(JSON.stringify(newEvent())));
      expectProblem(await send(twice, 'gzip'), 400, /must be UTF-8$/);
      expectProblem(await send(compress(gzipSync(JSON.stringify(newEvent()))), coding), 400, /must be UTF-8$/);
    });

    it('gets 408 where it does not arrive in time, and 200 where it does', async () => {
      await start({ bodyTimeout: 1_000 });
      const body = compress(JSON.stringify(newEvent()));
      const slow = open(coding, body.length);
      slow.write(body.subarray(0, 5));
      expect(await slow.answer).toMatch(/^HTTP\/1\.1 408 /);
      slow.socket.destroy();
      const inTime = open(coding, body.length);
      inTime.write(body.subarray(0, 5));
      await delay(200);
      inTime.write(body.subarray(5));
      expect(await inTime.answer).toMatch(/^HTTP\/1\.1 200 /);
      inTime.socket.destroy();
    });

    it('counts as inflated in maxUploadBytes while it arrives', async () => {
      await start({ maxUploadBytes: 2 * MIB });
      const [event, other] = [1.5 * MIB, MIB].map((bytes) => compress(eventOfBytes(bytes)));
      const held = open(coding, event.length);
      held.write(event.subarray(0, -1));
      // A look inside, as a request that asks for room would take it from this one.
      await until('it is held', () => Number(Reflect.get(budget, 'reservedBytes')) >= 1.5 * MIB);
      expect((await send(eventOfBytes(MIB), 'identity')).status).toBe(503);
      expect((await send(other, coding)).status).toBe(503);
      expect((await send(compress(eventOfBytes(60_000)), coding)).status).toBe(200);
      held.write(event.subarray(-1));
      expect(await held.answer).toMatch(/^HTTP\/1\.1 200 /);
      held.socket.destroy();
      expect((await send(compress(eventOfBytes(2 * MIB)), coding)).status).toBe(200);
    });

    it('leaves no inflater and no room behind where its sender aborts', async () => {
      await start({ maxUploadBytes: 4 * MIB });
      const event = compress(eventOfBytes(MIB));
      const inflaters = watchInflaters();
      for (let round = 0; round < 10; round++) {
        const uploads = Array.from({ length: 20 }, () => open(coding, event.length));
        for (const { write } of uploads) write(event.subarray(0, event.length >> 1));
        const awaited = (round + 1) * 20;
        await until('all are being inflated', () => inflaters.streams.length === awaited);
        for (const { socket } of uploads) socket.resetAndDestroy();
      }
      await until('all are destroyed', () => inflaters.streams.every(({ destroyed, closed }) => destroyed && closed));
      inflaters.stop();
      expect((await send(eventOfBytes(2 * MIB), 'identity')).status).toBe(200);
    });
  });

  it.each(['x-gzip', 'GZIP', 'Gzip', ' gzip '])('the coding %j is gzip', async (coding) => {
    await start();
    expect((await send(gzipSync(JSON.stringify(newEvent())), coding)).status).toBe(200);
  });

  it.each(['identity', 'Identity', ''])('the coding %j is none', async (coding) => {
    await start();
    expect((await send(JSON.stringify(newEvent()), coding)).status).toBe(200);
  });

  it.each(['gzip, br', 'gzip,gzip', 'identity, gzip', 'gzip;q=1', 'zstd', 'compress', 'constructor', '__proto__', 'gzip,'])(
    'the coding %j gets 415, which says what is taken',
    async (coding) => {
      await start();
      const answer = await send(gzipSync(JSON.stringify(newEvent())), coding);
      expectProblem(answer, 415, /one Content-Encoding, gzip, deflate or br, or in none$/);
      expect([answer.header('accept'), answer.header('accept-encoding')]).toEqual(['application/json', ACCEPTED]);
    },
  );

  it('two headers that name a coding each get 415', async () => {
    await start();
    const { socket, answer } = open('gzip\r\nContent-Encoding: br');
    expect(await answer).toMatch(/^HTTP\/1\.1 415 /);
    socket.destroy();
  });

  it('the members of one gzip stream are one body', async () => {
    await start();
    const event = JSON.stringify(newEvent());
    const members = [event.slice(0, 9), '', event.slice(9)].map((part) => gzipSync(part));
    expect((await send(Buffer.concat(members), 'gzip')).status).toBe(200);
  });

  it('a stream that inflates to nothing is read no further than maxBodyBytes', async () => {
    await start();
    const block = Buffer.from([0, 0, 0, 0xff, 0xff]);
    const endless = Buffer.concat([deflateSync('').subarray(0, 2), Buffer.alloc(3 * MIB, block)]);
    const { write, answer, socket } = open('deflate');
    for (let at = 0; at < endless.length; at += MIB / 4) write(endless.subarray(at, at + MIB / 4));
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('a bomb of a sender whose key is unknown is not inflated', async () => {
    await start();
    const bomb = gzipSync(Buffer.alloc(MIB));
    const inflaters = watchInflaters();
    expect((await send(bomb, 'gzip', '')).status).toBe(401);
    await delay(20);
    inflaters.stop();
    expect(inflaters.streams).toHaveLength(0);
  });
});

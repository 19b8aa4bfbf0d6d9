import {
  Controller,
  type INestApplication,
  Logger,
  Module,
  PayloadTooLargeException,
  Req,
  Res,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import {
  type ApiKey,
  apiKeyDigest,
  ApiKeyGuard,
  ApiKeyStore,
  type AuthenticatedRequest,
  EventLogModule,
  ProblemDetailsFilter,
} from 'nestjs-event-log';
import { RequestBodyReader } from '../lib/http/body/request-body.reader.js';
import { hostOf } from '../lib/http/host/host-of.js';
import { rawRequest } from '../lib/http/http-request.js';
import { OwnRoute } from '../lib/http/own-route.decorator.js';
import { clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { eventOfBytes } from './utils/events.js';
import { until } from './utils/until.js';

Logger.overrideLogger(false);

const KEY = 'key-of-the-site';
const SLOW_KEY = 'key-in-a-slow-store';
const NDJSON = 'application/x-ndjson';
const MIB = 1024 * 1024;
const LIMITS = { maxBytes: 16 * MIB, maxLineBytes: 2 * MIB };

/** Knows its key after a while, in which the first 64 KiB of a body are read. */
class SlowKeyStore extends ApiKeyStore {
  async findByDigest(): Promise<ApiKey> {
    await delay(100);
    return { id: 'slow', kind: 'api', digest: apiKeyDigest(SLOW_KEY), scopes: ['events:write'] };
  }
}

/** What the handler does with each line, and the lines that it has got. */
let onLine: (line: string) => unknown;
let lines: string[];
let failures: unknown[];
let limits = LIMITS;

@Controller('lines')
@UseFilters(ProblemDetailsFilter)
@UseGuards(ApiKeyGuard)
class LinesController {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly body: RequestBodyReader,
  ) {}

  @OwnRoute({ methods: ['POST'], body: ['application/json', NDJSON] })
  async take(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    const raw = rawRequest(request);
    try {
      if (this.body.mediaTypeOf(raw) !== NDJSON) lines.push(`as JSON: ${await this.body.read(raw)}`);
      else for await (const line of this.body.readLines(raw, 'holder', limits)) await onLine(line);
    } catch (error) {
      failures.push(error);
      throw error;
    }
    const headers = { 'Content-Type': 'application/json' };
    hostOf(this.adapterHost.httpAdapter).answer(request, response, 200, headers, JSON.stringify(lines.length));
  }
}

@Module({ controllers: [LinesController] })
class LinesModule {}

beforeEach(() => {
  lines = [];
  failures = [];
  limits = LIMITS;
  onLine = (line) => void lines.push(line);
});
afterEach(closeApps);

describe.each(ADAPTERS)('On %s', (adapter) => {
  let url: string;

  async function start(
    options: Parameters<typeof EventLogModule.forRoot>[0] = {},
    platform: (request: IncomingMessage) => void = () => undefined,
  ) {
    const apiKeys = [{ id: 'site', key: KEY, kind: 'api' as const }];
    const imports = [EventLogModule.forRoot({ apiKeys, ...options }), LinesModule];
    const configure = (app: INestApplication) =>
      void app.use((request: IncomingMessage, _response: unknown, next: () => void) => {
        platform(request);
        next();
      });
    ({ url } = await createApp(adapter, { imports }, { configure }));
  }

  const send = (body: string | Buffer, headers: Record<string, string> = {}) =>
    clientOf(url, KEY).log(body, { path: '/lines', headers: { 'Content-Type': NDJSON, ...headers } });

  function open({ key = KEY, coding = 'identity' } = {}) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
    const head = ['POST /lines HTTP/1.1', 'Host: h', `Content-Type: ${NDJSON}`];
    socket.write(
      [...head, `Authorization: Bearer ${key}`, `Content-Encoding: ${coding}`, 'Transfer-Encoding: chunked', '', ''].join('\r\n'),
    );
    const answer = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (data) => (text += String(data)).includes('\r\n\r\n') && resolve(text)).on('close', () => resolve(text));
    });
    const write = (part: string | Buffer, sent?: () => void) =>
      socket.write(`${part.length.toString(16)}\r\n${part.toString('latin1')}\r\n`, 'latin1', sent);
    return { socket, answer, write };
  }

  it.each([
    ['LF', 'a\nb\nc\n'],
    ['CRLF', 'a\r\nb\r\nc\r\n'],
    ['both', 'a\r\nb\nc\r\n'],
    ['no last newline', 'a\nb\nc'],
    ['a last CR', 'a\nb\nc\r'],
    ['blank lines', '\n\r\n  \n\ta\n\n\n \r\nb\n\t\nc\n\n \n'],
    ['a byte-order mark', '\uFEFFa\nb\nc'],
    ['a byte-order mark in a line of its own', '\uFEFF\r\na\nb\nc'],
  ])('a body is cut into its lines, with %s', async (_what, body) => {
    await start();
    expect([(await send(body)).status, lines]).toEqual([200, ['a', 'b', 'c']]);
  });

  it('a byte-order mark is skipped at the start of the body alone', async () => {
    await start();
    await send('\uFEFFa\n\uFEFFb');
    expect(lines).toEqual(['a', '\uFEFFb']);
  });

  it('an empty body and one of blanks have no lines', async () => {
    await start();
    for (const body of ['', '\n', ' ', '\r\n\r\n', '\uFEFF']) expect([body, (await send(body)).text]).toEqual([body, '0']);
  });

  it.each([
    ['identity', (body: string) => Buffer.from(body)],
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('any lines in any chunks, in %s, arrive as they were sent', async (coding, compress) => {
    await start();
    const line = fc.string({ unit: 'binary', maxLength: 200 }).map((text) => JSON.stringify(text));
    const size = fc.integer({ min: 1, max: 300 });
    const property = fc.asyncProperty(
      fc.array(line, { maxLength: 20 }),
      fc.array(size, { minLength: 1 }),
      async (sent, sizes) => {
        lines = [];
        const body = compress(sent.join('\n'));
        const chunks: Buffer[] = [];
        for (let at = 0, i = 0; at < body.length; at += sizes[i++ % sizes.length]) {
          chunks.push(body.subarray(at, at + sizes[i % sizes.length]));
        }
        const headers = { Authorization: `Bearer ${KEY}`, 'Content-Type': NDJSON, 'Content-Encoding': coding };
        const { status } = await clientOf(url).raw('/lines', {
          headers,
          body: ReadableStream.from(chunks),
          duplex: 'half',
        } as RequestInit);
        expect([status, lines]).toEqual([200, sent]);
      },
    );
    await fc.assert(property, { numRuns: 50 });
  });

  it('lines of up to maxLineBytes are taken, in characters of any length, and longer ones get 413', async () => {
    await start();
    limits = { maxBytes: MIB, maxLineBytes: 100_000 };
    const longest = 'ä'.repeat(50_000);
    for (const end of ['', '\n', '\r\n', '\nb']) expect([end, (await send(`a\n${longest}${end}`)).status]).toEqual([end, 200]);
    for (const end of ['', '\n', '\r\n', 'xx', 'xx\nb']) {
      const answer = await send(`a\n${longest}x${end}`);
      expect([answer.status, answer.json().detail]).toEqual([413, 'A line must not be larger than 100000 bytes']);
    }
  });

  it('a line that has no end gets 413 before more of it is read', async () => {
    await start();
    limits = { maxBytes: 16 * MIB, maxLineBytes: 100_000 };
    const { socket, answer, write } = open();
    write('x'.repeat(200_000));
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('a body larger than maxBytes gets 413: declared, in chunks and inflated', async () => {
    await start();
    limits = { maxBytes: 10_000, maxLineBytes: 1_000 };
    const body = 'x\n'.repeat(5_000);
    expect((await send(body)).status).toBe(200);
    expect((await send(gzipSync(body), { 'Content-Encoding': 'gzip' })).status).toBe(200);
    expect((await send(`${body}x`)).status).toBe(413);
    expect((await send(gzipSync(`${body}x`), { 'Content-Encoding': 'gzip' })).status).toBe(413);
    const { socket, answer, write } = open();
    write(`${body}x`);
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it.each([
    ['in a line', Buffer.from('a\n\xff\nb', 'latin1')],
    ['cut by the end of the line', Buffer.from('a\n\xc3\n\xa4', 'latin1')],
    ['cut by the end of the body', Buffer.from('a\nb\xc3', 'latin1')],
  ])('what is not UTF-8 %s gets 400', async (_where, body) => {
    await start();
    const answer = await send(body);
    expect([answer.status, answer.json().detail]).toEqual([400, 'The body must be UTF-8']);
    expect(lines[0]).toBe('a');
  });

  it('a broken stream gets 400 in the middle of its lines', async () => {
    await start();
    const whole = gzipSync('line\n'.repeat(1_000));
    const answer = await send(whole.subarray(0, -4), { 'Content-Encoding': 'gzip' });
    expect([answer.status, answer.json().detail]).toEqual([400, 'The body ends before its gzip stream does']);
  });

  it.each(['in the middle of a line', 'while a line is looked at'])('a body that is cut %s is refused', async (where) => {
    await start();
    if (where.startsWith('while')) onLine = (line) => delay(100).then(() => lines.push(line));
    const { socket, write } = open();
    write('a\nb\nc');
    await until('a line has come', () => lines.length > 0);
    socket.resetAndDestroy();
    await until('it is refused', () => failures.length > 0);
    expect(failures).toEqual([expect.objectContaining({ message: 'The request ended before its body was complete' })]);
    expect(lines).toEqual(['a', 'b']);
  });

  it('a body that does not arrive in time gets 408', async () => {
    await start({ bodyTimeout: 500 });
    const { socket, answer, write } = open();
    write('a\nb');
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
    socket.destroy();
  });

  it('lines come while the body arrives', async () => {
    await start();
    const { socket, answer, write } = open();
    for (const line of ['a', 'b', 'c']) {
      write(`${line}\n`);
      await until(`${line} has come`, () => lines.includes(line));
    }
    socket.write('0\r\n\r\n');
    expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  it('no more is read while a line is looked at, and that is no reason to refuse the body', async () => {
    await start();
    let goOn = () => undefined as void;
    const busy = new Promise<void>((resolve) => (goOn = resolve));
    onLine = (line) => (lines.push(line), busy);
    const { socket, answer, write } = open();
    const part = `${'x'.repeat(99)}\n`.repeat(1_000);
    for (let sent = 0; sent < 150; sent++) write(part); // 15 MB, of which the kernel takes a few
    await until('the first line has come', () => lines.length > 0);
    await delay(500);
    const waiting = socket.writableLength;
    expect(waiting).toBeGreaterThan(MIB);
    await delay(1_500);
    expect([lines.length, socket.writableLength]).toEqual([1, waiting]);
    goOn();
    socket.write('0\r\n\r\n');
    expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(lines).toHaveLength(150_000);
    socket.destroy();
  });

  it('a loop that is left by an exception gives its answer, and the connection goes on', async () => {
    await start();
    onLine = (line) => {
      if (lines.push(line) === 3) throw new PayloadTooLargeException('Three are too many');
    };
    const body = 'x\n'.repeat(1_000_000);
    for (const [coding, bytes] of Object.entries({ identity: body, gzip: gzipSync(body) })) {
      lines = [];
      const answer = await send(bytes, { 'Content-Encoding': coding });
      expect([answer.status, answer.json().detail, lines.length]).toEqual([413, 'Three are too many', 3]);
    }
    onLine = () => undefined;
    expect((await send('a\nb')).status).toBe(200);
  });

  it('long lines count in maxUploadBytes while they arrive, and short ones do not', async () => {
    await start({ maxUploadBytes: 2 * MIB });
    const held = open();
    await new Promise<void>((resolve) => held.write('x'.repeat(1.5 * MIB), resolve));
    for (let round = 0; round < 50; round++) await send('x'); // Until the server has read what was sent before them.
    expect((await send('x'.repeat(MIB))).status).toBe(503);
    expect((await clientOf(url, KEY).log(eventOfBytes(MIB))).status).toBe(503);
    expect((await send(`${'x'.repeat(99)}\n`.repeat(40_000))).status).toBe(200);
    held.write('\n');
    held.socket.write('0\r\n\r\n');
    expect(await held.answer).toMatch(/^HTTP\/1\.1 200 /);
    held.socket.destroy();
    expect((await clientOf(url, KEY).log(eventOfBytes(2 * MIB))).status).toBe(200);
  });

  it('what Brotli keeps of the body to copy from counts in maxUploadBytes', async () => {
    await start({ maxUploadBytes: 2 * MIB });
    const random = Array.from({ length: 40_000 }, () => `${randomBytes(50).toString('hex')}\n`);
    const body = brotliCompressSync(random.join(''), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
    const held = open({ coding: 'br' });
    await new Promise<void>((resolve) => held.write(body.subarray(0, -1), resolve));
    await until('nearly all lines have come', () => lines.length > 35_000);
    expect((await clientOf(url, KEY).log(eventOfBytes(100_000))).status).toBe(503);
    held.write(body.subarray(-1));
    held.socket.write('0\r\n\r\n');
    expect(await held.answer).toMatch(/^HTTP\/1\.1 200 /);
    held.socket.destroy();
    expect((await clientOf(url, KEY).log(eventOfBytes(100_000))).status).toBe(200);
  });

  it.each([1, 20])('lines that come while the key is looked up, in %i parts, are taken', async (count) => {
    await start({ keyStore: { store: SlowKeyStore } });
    const { socket, answer, write } = open({ key: SLOW_KEY });
    const part = `${'x'.repeat(9_999)}\n`;
    for (let sent = 0; sent < count; sent++) write(part);
    socket.write('0\r\n\r\n');
    expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(lines).toEqual(Array.from({ length: count }, () => part.trim()));
    socket.destroy();
  });

  it.each(['\n', ' \r\n', '"ä"\n'])(
    'millions of lines %j leave the host its turns, even where a platform has read them',
    async (line) => {
      const rawBody = Buffer.from(
        line.repeat(Math.floor((line.includes('ä') ? 2_000_000 : 15_000_000) / Buffer.byteLength(line))),
      );
      await start({}, (request) => void Object.assign(request, { rawBody }));
      let turns = 0;
      const ticking = setInterval(() => turns++);
      expect((await send('x')).status).toBe(200);
      clearInterval(ticking);
      expect(turns).toBeGreaterThan(3);
    },
  );

  it.each(['as it came', 'inflated'])('a body that a platform has read, and keeps %s, is cut into its lines', async (how) => {
    const bytes = Buffer.from('a\r\nb\nc');
    await start({}, (request) => void Object.assign(request, { rawBody: how === 'inflated' ? bytes : gzipSync(bytes) }));
    expect((await send(gzipSync(bytes), { 'Content-Encoding': 'gzip' })).status).toBe(200);
    expect(lines).toEqual(['a', 'b', 'c']);
  });

  it('the media type tells the routes that take both apart, and another one gets 415', async () => {
    await start();
    expect((await send('[1]', { 'Content-Type': 'Application/JSON; charset=utf-8' })).status).toBe(200);
    expect((await send('[1]', { 'Content-Type': 'application/X-NDJSON;charset="UTF-8"' })).status).toBe(200);
    expect(lines).toEqual(['as JSON: [1]', '[1]']);
    for (const type of ['text/plain', 'application/ndjson', `${NDJSON};charset=latin1`]) {
      const answer = await send('[1]', { 'Content-Type': type });
      expect([type, answer.status, answer.header('accept')]).toEqual([type, 415, `application/json, ${NDJSON}`]);
    }
    expect((await send('[1]', { 'Content-Encoding': 'zstd' })).status).toBe(415);
  });
});

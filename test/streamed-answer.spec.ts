import { Controller, Get, Req, Res, UseFilters } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLogModule, type HttpRequest, ProblemDetailsFilter } from 'nestjs-event-log';
import { hostOf } from '../lib/http/host/host-of.js';
import type { Chunks } from '../lib/http/host/host-adapter.js';
import { OwnRoute } from '../lib/http/own-route.decorator.js';
import { until } from '../lib/timing/until.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';

const CHUNK = Buffer.alloc(256 * 1024, 'x');
const CHUNKS = 200;

let source: Chunks;
let produced = 0;
let ended = false;

@Controller('stream')
@UseFilters(ProblemDetailsFilter)
class StreamController {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  @OwnRoute({ methods: ['GET'] })
  async stream(@Req() request: HttpRequest, @Res() response: object) {
    const headers = { 'Content-Type': 'text/event-stream', 'X-Host': undefined };
    await hostOf(this.adapterHost.httpAdapter).stream(request, response, 206, headers, source);
  }

  @Get('alive')
  alive() {
    return 'yes';
  }
}

async function* many(): AsyncGenerator<Buffer> {
  try {
    for (; produced < CHUNKS; produced++) yield CHUNK;
  } finally {
    ended = true;
  }
}

async function open(url: string, method = 'GET'): Promise<IncomingMessage> {
  const request = get(url, { method, agent: false, headers: { origin: 'https://site.example' } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

async function lengthOf(response: IncomingMessage): Promise<number> {
  let length = 0;
  for await (const chunk of response) length += (chunk as Buffer).length;
  return length;
}

describe.each(ADAPTERS)('A streamed answer on %s', (adapter) => {
  let url: string;

  beforeAll(async () => {
    const metadata = {
      imports: [EventLogModule.forRoot({ apiKeys: [{ id: 'host', key: 'stream-key', kind: 'api' }] })],
      controllers: [StreamController],
    };
    const configure = (app: { use(middleware: unknown): unknown }) =>
      void app.use((_request: unknown, response: { setHeader(name: string, value: string): void }, next: () => void) => {
        response.setHeader('X-Host', 'host');
        response.setHeader('X-Frame-Options', 'DENY');
        next();
      });
    url = `${(await createApp(adapter, metadata, { configure })).url}/stream`;
  });
  afterAll(closeApps);
  beforeEach(() => {
    [produced, ended] = [0, false];
  });

  it('has its head and each chunk sent as soon as it is there', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    source = async function* () {
      yield 'first';
      await released;
      yield 'second';
    };
    const response = await open(url);
    expect(response).toMatchObject({
      statusCode: 206,
      headers: {
        'content-type': 'text/event-stream',
        'x-frame-options': 'DENY',
        'access-control-allow-origin': 'https://site.example',
        'transfer-encoding': 'chunked',
      },
    });
    expect(response.headers).not.toHaveProperty('x-host');
    const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const next = async () => ((await chunks.next()) as { value?: Buffer }).value?.toString();
    expect(await next()).toBe('first');
    release();
    expect(await next()).toBe('second');
    expect(await next()).toBeUndefined();
    expect(response.complete).toBe(true);
  });

  it('is made no faster than its client reads, and arrives whole', async () => {
    source = many;
    const response = await open(url);
    await delay(500);
    expect(produced).toBeGreaterThan(0);
    expect(produced).toBeLessThan(CHUNKS / 2);
    expect(await lengthOf(response)).toBe(CHUNK.length * CHUNKS);
    expect(ended).toBe(true);
  });

  it.each([
    ['which waits for its client', many],
    [
      'which waits for its next chunk',
      async function* (gone: AbortSignal) {
        yield 'first';
        await once(gone, 'abort');
        ended = true;
      },
    ],
  ])('ends its source, %s, when the client goes', async (_what, chunks) => {
    source = chunks;
    const response = await open(url);
    await delay(100);
    expect(ended).toBe(false);
    response.destroy();
    await until(() => ended, 5_000);
    expect(ended).toBe(true);
    expect(produced).toBeLessThan(CHUNKS);
  });

  it('is cut off where its source fails, and the host lives', async () => {
    source = async function* () {
      yield 'first';
      throw new Error('the source failed');
    };
    const response = await open(url);
    await expect(lengthOf(response)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await (await fetch(`${url}/alive`)).text()).toBe('yes');
  });

  it('has no body, and no source, for HEAD', async () => {
    source = many;
    const response = await open(url, 'HEAD');
    expect([response.statusCode, await lengthOf(response), produced]).toEqual([206, 0, 0]);
  });
});

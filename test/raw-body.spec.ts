import { Logger } from '@nestjs/common';
import express from 'express';
import type { FastifyInstance } from 'fastify';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { EventLogModule } from 'nestjs-event-log';
import { clientOf } from './utils/client.js';
import { ADAPTERS, type Adapter, closeApps, createApp } from './utils/create-app.js';
import { eventOfBytes, newEvent } from './utils/events.js';

Logger.overrideLogger(false);

const KEY = 'key-of-the-site';
const MIB = 1024 * 1024;

type WithRawBody = IncomingMessage & { rawBody?: Buffer };

/** What stands before the Nest app: it reads the bodies, and keeps the bytes or not. */
const PLATFORMS: Record<string, (nest: RequestListener, keepsBytes: boolean) => RequestListener> = {
  'an outer Express app with express.json()': (nest, keepsBytes) => {
    const keep = (request: WithRawBody, _response: unknown, bytes: Buffer) => {
      if (keepsBytes) request.rawBody = bytes;
    };
    const outer = express();
    outer.use(express.json({ limit: '10mb', verify: keep }));
    outer.use(express.raw({ limit: '10mb', type: () => true, verify: keep }));
    outer.use((request, response) => nest(request, response));
    return outer;
  },
  'a server that reads all bodies': (nest, keepsBytes) => async (request: WithRawBody, response) => {
    const bytes = await buffer(request);
    if (keepsBytes) request.rawBody = bytes;
    nest(request, response);
  },
};

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await closeApps();
});

async function start(adapter: Adapter, platform: string, keepsBytes = true) {
  const apiKeys = [{ id: 'site', key: KEY, scopes: ['events:write' as const] }];
  const { app } = await createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys })] });
  const instance: unknown = app.getHttpAdapter().getInstance();
  const nest = adapter === 'express' ? (instance as RequestListener) : (instance as FastifyInstance).routing;
  const server = createServer(PLATFORMS[platform](nest as RequestListener, keepsBytes));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return clientOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, KEY);
}

describe.each(ADAPTERS.flatMap((adapter) => Object.keys(PLATFORMS).map((platform) => [adapter, platform] as const)))(
  'On %s, behind %s that keeps the bytes as rawBody,',
  (adapter, platform) => {
    it('an event is stored, small and of 1.5 MB', async () => {
      const client = await start(adapter, platform);
      const answer = await client.log(newEvent({ searchQuery: 'häßlich 😀', properties: { a: [1] } }));
      expect([answer.status, answer.json()]).toMatchObject([200, { searchQuery: 'häßlich 😀', properties: { a: [1] } }]);
      expect((await client.log(eventOfBytes(1.5 * MIB))).status).toBe(200);
      expect((await client.log(eventOfBytes(2 * MIB))).status).toBe(200);
    });

    it('a body over maxBodyBytes gets 413', async () => {
      const client = await start(adapter, platform);
      expect((await client.log(eventOfBytes(2 * MIB + 1))).status).toBe(413);
      const chunked = new Blob([eventOfBytes(3 * MIB)]).stream();
      const init = {
        body: chunked,
        duplex: 'half',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      };
      expect((await client.raw('/events', init as RequestInit)).status).toBe(413);
    });

    it('a body that is not UTF-8 gets 400, and another media type 415', async () => {
      const client = await start(adapter, platform);
      const bytes = Buffer.from(JSON.stringify(newEvent({ searchQuery: 'x' })));
      bytes[bytes.indexOf('"x"') + 1] = 0xff;
      // What express.json() can't parse it answers itself; what it leaves alone comes to us.
      const wrongBytes = await client.log(bytes, { headers: { 'content-type': 'application/json; charset=utf-8' } });
      expect([wrongBytes.status, wrongBytes.text]).toEqual([400, expect.stringContaining('The body must be UTF-8')]);
      expect((await client.log('a=b', { headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status).toBe(415);
    });

    it.each([
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['br', brotliCompressSync],
    ])('an event in %s is stored, whether the platform has inflated it or not', async (coding, compress) => {
      const client = await start(adapter, platform);
      const headers = { 'content-encoding': coding };
      for (const event of [JSON.stringify(newEvent()), eventOfBytes(2 * MIB)]) {
        expect((await client.log(compress(event), { headers })).status).toBe(200);
      }
      expect((await client.log(compress(eventOfBytes(2 * MIB + 1)), { headers })).status).toBe(413);
    });

    it('a body that is empty gets 400', async () => {
      const client = await start(adapter, platform);
      expect((await client.log('')).status).toBe(400);
    });
  },
);

it.each(ADAPTERS)('On %s, behind a platform that keeps no bytes an event gets 500', async (adapter) => {
  for (const platform of Object.keys(PLATFORMS)) {
    const client = await start(adapter, platform, false);
    expect((await client.log()).status).toBe(500);
  }
});

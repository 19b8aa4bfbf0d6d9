import {
  All,
  type CanActivate,
  Controller,
  Get,
  type INestApplication,
  type ModuleMetadata,
  Post,
  Version,
  VersioningType,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLogModule, EventLogService, type EventStorage, InMemoryEventRepository } from 'nestjs-event-log';
import { clientOf } from './utils/client.js';
import { type Adapter, ADAPTERS, closeApps, createApp, type CreateAppOptions } from './utils/create-app.js';
import { newEvent } from './utils/events.js';
import { until } from './utils/until.js';

const KEY = 'key-of-the-site';
const apiKeys = [{ id: 'site', key: KEY, kind: 'api' as const }];

let lines: string[] = [];
const note = (...said: (string | undefined)[]) =>
  void lines.push(...said.filter((text) => text !== undefined).filter((text) => text !== 'EventLogModule'));
const logger = { log: () => undefined, warn: note, error: note };

const start = (adapter: Adapter, metadata: ModuleMetadata, options: CreateAppOptions = {}) =>
  createApp(adapter, metadata, { ...options, logger });

beforeEach(() => {
  lines = [];
});
afterEach(closeApps);

@Controller('events')
class RivalController {
  @Post()
  take(): string {
    return 'mine';
  }
}

@Controller()
class ParameterController {
  @Post(':kind')
  take(): string {
    return 'mine';
  }
}

@Controller()
class WildcardController {
  @All('*')
  take(): string {
    return 'mine';
  }
}

@Controller('EVENTS')
class ShoutingController {
  @Post()
  take(): string {
    return 'mine';
  }
}

@Controller('events')
class VersionedController {
  @Post()
  @Version('2')
  take(): string {
    return 'mine';
  }
}

@Controller('events')
class NeighbourController {
  @Get('other')
  other(): string {
    return 'other';
  }
}

class DenyingGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

/** A store whose database is down, or has a bug, at the will of the event. */
class DownRepository extends InMemoryEventRepository {
  override insert([{ type }]: Parameters<InMemoryEventRepository['insert']>[0]): never {
    const error = new Error('down\n2026-01-01 FORGED LINE\u001b[2J\n    at forged (frame.js:1:1)');
    throw type === 'down' ? Object.assign(error, { getStatus: () => 503 }) : error;
  }
}

it.each<[what: string, storage: unknown, fix: RegExp]>([
  ['a class', DownRepository, /got function\. Write \{ repository: DownRepository \}\.$/],
  ['a function that was not called', function typeOrmStorage() {}, /got function\. Call it: typeOrmStorage\(\)\.$/],
  ['an instance', new InMemoryEventRepository(), /got an instance of InMemoryEventRepository\. Give its class: /],
])('`storage` that is %s is refused with the fix', (_what, storage, fix) => {
  expect(() => EventLogModule.forRoot({ apiKeys, storage: storage as EventStorage })).toThrow(fix);
});

it('an event of another project than its scope is refused without a word of a key, of which log() has none', async () => {
  const { app } = await start('express', { imports: [EventLogModule.forRoot({ apiKeys })] });
  const logged = app.get(EventLogService, { strict: false }).log(newEvent({ projectId: 'a' }), { projectId: 'b' });
  await expect(logged).rejects.toThrow('The event names another project than its key or scope belongs to; leave projectId out');
});

describe.each(ADAPTERS)('On %s', (adapter) => {
  const eventLog = () => EventLogModule.forRoot({ apiKeys });
  const rival = { module: class RivalModule {}, controllers: [RivalController] };

  it.each([
    ['before', [rival, eventLog()], 'RivalController.take'],
    ['after', [eventLog(), rival], 'EventsController.log'],
  ])('a controller of the host on the path of the module, imported %s it, is named at boot', async (_when, imports, first) => {
    const boot = start(adapter, { imports });
    const both = /POST \/events of RivalController\.take and .*EventLogModule \(EventsController\.log\).*`path`/;
    if (adapter === 'fastify') return expect(boot).rejects.toThrow(both);
    await boot;
    expect(lines.filter((line) => both.test(line))).toEqual([expect.stringContaining(`only ${first} is reached`)]);
  });

  it.each([
    ['parameter', ParameterController, 'events', /POST \/:kind of ParameterController\.take/],
    ['wildcard', WildcardController, 'events', /ALL \/\S*\* ?\S* of WildcardController\.take/],
    ['wildcard over a path with a parameter', WildcardController, 'shops/:shop/events', /of WildcardController\.take/],
    ['spelling in another case', ShoutingController, 'events', /POST \/EVENTS of ShoutingController\.take/],
  ])(
    'a route of the host that takes the path of the module by a %s is named at boot where it comes first',
    async (_how, controller, path, route) => {
      const before = { module: class BeforeModule {}, controllers: [controller] };
      const { url } = await start(adapter, { imports: [before, EventLogModule.forRoot({ apiKeys, path })] });
      const named = lines.filter((line) => line.includes('same path') && line.includes('(EventsController.log)'));
      const answer = await clientOf(url, KEY).log(newEvent(), { path: `/${path}` });
      // Fastify prefers the plainer path, whatever comes first.
      if (adapter === 'fastify') return expect([named, answer.status]).toEqual([[], 200]);
      expect(named).toEqual([expect.stringMatching(route)]);
      expect(answer.text).toBe('mine');
    },
  );

  it('a route of the host that takes the path of the module among others is no conflict where it comes after it', async () => {
    const after = { module: class AfterModule {}, controllers: [ParameterController, WildcardController] };
    const { url } = await start(adapter, { imports: [eventLog(), after] });
    expect(lines.filter((line) => line.includes('same path'))).toEqual([]);
    expect((await clientOf(url, KEY).log()).status).toBe(200);
  });

  it('a route of the host below the path, or on the path in a version of its own, is no conflict', async () => {
    const configure = (app: INestApplication) => void app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' });
    await start(adapter, { imports: [eventLog()], controllers: [NeighbourController, VersionedController] }, { configure });
    expect(lines.filter((line) => line.includes('same path'))).toEqual([]);
  });

  it("the first refusal by a guard of the host's is one warning that names the cure", async () => {
    const { url } = await start(adapter, {
      imports: [eventLog()],
      providers: [{ provide: APP_GUARD, useClass: DenyingGuard }],
    });
    for (let i = 0; i < 3; i++) expect((await clientOf(url, KEY).log()).status).toBe(403);
    expect(lines.filter((line) => line.includes('guard of the host'))).toEqual([expect.stringContaining('`decorators`')]);
  });

  it("the module's own refusals are no such warning", async () => {
    const { url } = await start(adapter, { imports: [eventLog()] });
    expect((await clientOf(url, 'unknown').log()).status).toBe(401);
    expect((await clientOf(url, 'unknown').beacon()).status).toBe(401);
    expect(lines.filter((line) => line.includes('guard of the host'))).toEqual([]);
  });

  it('a 503 is logged at once with its request id, and those that follow once a second with their count', async () => {
    const storage = { repository: DownRepository };
    const { url } = await start(adapter, { imports: [EventLogModule.forRoot({ apiKeys, storage })] });
    const client = clientOf(url, KEY);
    const send = (id: string) => client.log(newEvent({ type: 'down' }), { headers: { 'X-Request-Id': id } });
    lines = [];
    expect((await send('first')).status).toBe(503);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => send(`later-${i}`)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(503));
    await until('the count is logged', () => lines.length > 1);
    expect(lines).toEqual([
      expect.stringMatching(/^Request first was answered with 503: Error: down 2026/),
      expect.stringMatching(/^A request was answered with 503: .*\(and 20 more\)$/),
    ]);
    await delay(2_500);
    expect((await send('again')).status).toBe(503);
    expect(lines.slice(2)).toEqual([expect.stringMatching(/^Request again /)]);
  });

  it('line breaks and escapes in the message of a driver reach no line of the log, its stack included', async () => {
    const storage = { repository: DownRepository };
    const { url } = await start(adapter, { imports: [EventLogModule.forRoot({ apiKeys, storage })] });
    lines = [];
    expect((await clientOf(url, KEY).log(newEvent({ type: 'bug' }))).status).toBe(500);
    const [line, stack] = lines;
    expect(line).toMatch(/^Request \S+ was answered with 500: Error: down 2026-01-01 FORGED LINE/);
    expect(
      stack
        .split('\n')
        .slice(1)
        .every((frame) => frame.startsWith('    at ') && !frame.includes('forged')),
    ).toBe(true);
    expect(lines.join('')).not.toContain('\u001b');
  });

  it.each(['Content-Length: 90000000', 'Transfer-Encoding: chunked'])(
    'OPTIONS with an endless body (%s) is read up to a bound, answered and closed',
    async (framing) => {
      const { url } = await start(adapter, { imports: [eventLog()] });
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      let received = '';
      let sent = 0;
      socket.on('data', (data) => (received += String(data))).on('error', () => undefined);
      const closed = new Promise((resolve) => socket.on('close', resolve));
      socket.write(`OPTIONS /events HTTP/1.1\r\nHost: h\r\nOrigin: https://a.example\r\n${framing}\r\n\r\n`);
      const chunk = framing.startsWith('T') ? `10000\r\n${'x'.repeat(65_536)}\r\n` : 'x'.repeat(65_536);
      while (!socket.destroyed && sent < 80_000_000) {
        sent += chunk.length;
        if (!socket.write(chunk)) await Promise.race([once(socket, 'drain').catch(() => undefined), closed]);
      }
      await Promise.race([closed, delay(5_000, undefined, { ref: false })]);
      expect([socket.destroyed, sent < 30_000_000]).toEqual([true, true]);
      // The reset of its connection can take the answer from a sender that never stops.
      expect(received).toMatch(/^$|^HTTP\/1\.1 204 [^]*connection: close/i);
    },
  );

  it('an empty Origin gets no empty CORS header', async () => {
    const { url } = await start(adapter, { imports: [eventLog()] });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.on('data', (data) => (received += String(data)));
    socket.write('POST /events HTTP/1.1\r\nHost: h\r\nOrigin:\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    await once(socket, 'close');
    expect(received).toMatch(/^HTTP\/1\.1 401 /);
    expect(received).not.toMatch(/access-control/i);
  });
});

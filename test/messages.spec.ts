import {
  All,
  type CanActivate,
  Controller,
  Get,
  type INestApplication,
  type ModuleMetadata,
  Post,
  SetMetadata,
  type Type,
  Version,
  VersioningType,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLogModule, EventLogService, type EventStorage, InMemoryEventRepository } from 'nestjs-event-log';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { clientOf } from './utils/client.js';
import { type Adapter, ADAPTERS, closeApps, createApp, type CreateAppOptions } from './utils/create-app.js';
import { newEvent } from './utils/events.js';
import { until } from './utils/until.js';

const KEY = 'key-of-the-site';
const apiKeys = [{ id: 'site', key: KEY, kind: 'api' as const }];

let lines: string[] = [];
const note = (...said: unknown[]) =>
  void lines.push(...said.filter((part) => part !== undefined && part !== 'EventLogModule').map(String));
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
class ReadingController {
  @Get()
  read(): string {
    return 'mine';
  }
}

@Controller()
class CatchAllController {
  @Get(':page')
  page(): string {
    return 'page';
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

const Public = () => SetMetadata('isPublic', true);

it('a decorator that was not called is refused with the fix', () => {
  const register = () => EventLogModule.forRoot({ apiKeys, decorators: [Public as ClassDecorator] });
  expect(register).toThrow(/`decorators\[0\]`.* Call it: Public\(\)\.$/);
});

it('a decorator that returns a class, as mixins do, is none that was not called', () => {
  const Mixin = ((target: Type<object>) => class extends target {}) as ClassDecorator;
  expect(EventLogModule.forRoot({ apiKeys, decorators: [Mixin, Public()] })).toBeDefined();
});

it('forRootAsync() without a source of options is refused where it is called', () => {
  expect(() => EventLogModule.forRootAsync({ imports: [] })).toThrow(
    'EventLogModule.forRootAsync() needs `useFactory`, `useClass` or `useExisting`.',
  );
});

it.each([{}, 'events', undefined])('logMany() of %j, which is no list, is refused in one sentence', async (events) => {
  const { app } = await start('express', { imports: [EventLogModule.forRoot({ apiKeys })] });
  const logged = app.get(EventLogService, { strict: false }).logMany(events as never);
  await expect(logged).rejects.toThrow(/^Expected logMany\(\) to get a list of events, got (?:an object|string|undefined)\.$/);
});

it('an event of another project than its scope is refused without a word of a key, of which log() has none', async () => {
  const { app } = await start('express', { imports: [EventLogModule.forRoot({ apiKeys })] });
  const logged = app.get(EventLogService, { strict: false }).log(newEvent({ projectId: 'a' }), { projectId: 'b' });
  await expect(logged).rejects.toThrow('The event names another project than its key or scope belongs to; leave projectId out');
});

describe.each(ADAPTERS)('On %s', (adapter) => {
  const eventLog = () => EventLogModule.forRoot({ apiKeys });
  const rival = { module: class RivalModule {}, controllers: [RivalController] };
  const reading = { module: class ReadingModule {}, controllers: [ReadingController] };

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

  it.each([
    ['before', (imports: ModuleMetadata['imports']) => [reading, ...imports!], 'ReadingController.read', 200],
    ['after', (imports: ModuleMetadata['imports']) => [...imports!, reading], 'EventsController.log', 405],
  ])('a GET of the host on the path of the module, imported %s it, is named at boot', async (_when, order, first, status) => {
    const boot = start(adapter, { imports: order([eventLog()]) });
    const both = /GET \/events of ReadingController\.read and .*EventLogModule \(EventsController\.log\).*`path`/;
    if (adapter === 'fastify') return expect(boot).rejects.toThrow(both);
    const { url } = await boot;
    expect(lines.filter((line) => both.test(line))).toEqual([expect.stringContaining(`only ${first} is reached by GET`)]);
    expect((await fetch(`${url}/events`)).status).toBe(status);
    expect((await clientOf(url, KEY).log()).status).toBe(200);
  });

  it('pages of the host on any path, which leave POST to the module, are no conflict', async () => {
    const pages = { module: class PagesModule {}, controllers: [CatchAllController] };
    const { url } = await start(adapter, { imports: [pages, eventLog()] });
    expect(lines.filter((line) => line.includes('same path'))).toEqual([]);
    expect((await clientOf(url, KEY).log()).status).toBe(200);
  });

  it.each([
    [['events'], '/events', '/api/events/batch'],
    [['events/beacon'], '/api/events', '/events/beacon'],
  ])('routes of the module that the exclusion of %j parts are one warning with the cure', async (exclude, ...paths) => {
    await start(adapter, { imports: [eventLog()] }, { configure: (app) => void app.setGlobalPrefix('api', { exclude }) });
    const cure = "setGlobalPrefix(…, { exclude: ['events', 'events/*rest'] })";
    const parted = lines.filter((line) => line.includes('setGlobalPrefix'));
    expect(parted).toEqual([expect.stringContaining(cure)]);
    for (const path of paths) expect(parted[0]).toContain(path);
  });

  it.each([
    ['that holds for all of them', undefined],
    ['that none of them has', ['events', 'events/*rest']],
  ])('a prefix %s, in two versions, is no such warning', async (_which, exclude) => {
    const configure = (app: INestApplication) => {
      app.setGlobalPrefix('api', { exclude });
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: ['1', '2'] });
    };
    await start(adapter, { imports: [eventLog()] }, { configure });
    expect(lines.filter((line) => line.includes('setGlobalPrefix'))).toEqual([]);
  });

  it('`query/events` beside `events` is no such warning', async () => {
    await start(adapter, { imports: [eventLog(), EventLogQueryModule.forRoot()] });
    expect(lines.filter((line) => line.includes('setGlobalPrefix'))).toEqual([]);
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

  it('a 500 is logged at once with its stack, and those that follow once a second with their count', async () => {
    const storage = { repository: DownRepository };
    const { url } = await start(adapter, { imports: [EventLogModule.forRoot({ apiKeys, storage })] });
    lines = [];
    const bug = () => clientOf(url, KEY).log(newEvent({ type: 'bug' }));
    const answers = await Promise.all(Array.from({ length: 20 }, bug));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(500));
    const counted = () => lines.findIndex((line) => /^A request was answered with 500: .*\(and 19 more\)$/.test(line));
    await until('the count is logged', () => counted() > 0);
    expect(lines[0]).toMatch(/^Request \S+ was answered with 500: Error: down 2026/);
    expect(lines.filter((line) => line.includes('answered with 500'))).toHaveLength(2);
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

import { Controller, Get, Inject, type DynamicModule, Injectable, Module, SetMetadata } from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { EventLogModule, InMemoryEventRepository } from 'nestjs-event-log';
import { EventLogQueryModule, EventQueryService } from 'nestjs-event-log/query';
import { ADAPTERS, closeApps, createApp } from '../utils/create-app.js';
import { newEvent } from '../utils/events.js';
import { KEYS, startReadingHost } from './http-host.js';

const apiKeys = Object.values(KEYS);
const log = (options: object = {}) => EventLogModule.forRoot({ apiKeys, ...options });

afterEach(closeApps);

it.each<[fault: string, imports: () => (DynamicModule | typeof EventLogQueryModule)[], message: RegExp]>([
  [
    'no EventLogModule',
    () => [EventLogQueryModule.forRoot()],
    /EventLogModule\.forRoot\(\{ apiKeys, storage \}\), to be imported beside/,
  ],
  [
    'no EventLogModule, with options from a factory',
    () => [EventLogQueryModule.forRootAsync({ useFactory: () => ({}) })],
    /EventLogModule\.forRoot\(/,
  ],
  ['no options', () => [log(), EventLogQueryModule], /import EventLogQueryModule\.forRoot\(\) instead/],
  [
    'a store that has no reader',
    () => [log({ storage: { repository: InMemoryEventRepository } }), EventLogQueryModule.forRoot()],
    /The `storage` of EventLogModule has no `reader`/,
  ],
  [
    'nobody who could read',
    () => [EventLogModule.forRoot({ route: false }), EventLogQueryModule.forRoot()],
    /EventLogModule has no keys to read with: give it `apiKeys` or a `keyStore`/,
  ],
  [
    'an unknown option',
    () => [log(), EventLogQueryModule.forRoot({ timeout: 1 } as object)],
    /Unknown option `timeout`: known are queryTimeout, maxQueries, path/,
  ],
  [
    'a wrong time',
    () => [log(), EventLogQueryModule.forRoot({ queryTimeout: 0 })],
    /Expected `queryTimeout` to be an integer of milliseconds/,
  ],
  ['no slots', () => [log(), EventLogQueryModule.forRoot({ maxQueries: 0 })], /Expected `maxQueries` to be an integer/],
  [
    'an extra in the factory',
    () => [log(), EventLogQueryModule.forRootAsync({ useFactory: () => ({ path: 'a' }) as object })],
    /`path` must stand beside `useFactory`/,
  ],
  [
    'one path twice',
    () => [log(), EventLogQueryModule.forRoot(), EventLogQueryModule.forRoot()],
    /Two modules serve POST \/query\/events\/export/,
  ],
  [
    'the path of the write route',
    () => [log(), EventLogQueryModule.forRoot({ path: '' })],
    /Two modules serve POST \/events: give each a `path`/,
  ],
])('a host with %s refuses to boot, in a sentence', async (_fault, imports, message) => {
  for (const adapter of ADAPTERS) await expect(createApp(adapter, { imports: imports() })).rejects.toThrow(message);
});

it.each<[fault: string, register: () => unknown, message: RegExp]>([
  [
    'a path that is no text',
    () => EventLogQueryModule.forRoot({ path: 5 } as object),
    /Expected `path` to be a string, got number/,
  ],
  [
    'options that are none',
    () => EventLogQueryModule.forRoot(null as never),
    /Expected the options of EventLogQueryModule\.forRoot/,
  ],
  ['no factory', () => EventLogQueryModule.forRootAsync({}), /needs `useFactory`, `useClass` or `useExisting`/],
  ['decorators that are none', () => EventLogQueryModule.forRoot({ decorators: [5] } as object), /Expected `decorators\[0\]`/],
])('%s is refused where the module is registered', (_fault, register, message) => {
  expect(register).toThrow(message);
});

it('on Fastify, a controller of the host on a path of the module refuses to boot', async () => {
  @Controller('query')
  class RivalController {
    @Get('events')
    list() {}
  }
  const host = { imports: [log(), EventLogQueryModule.forRoot()], controllers: [RivalController] };
  await expect(createApp('fastify', host)).rejects.toThrow(
    /GET \/query\/events of RivalController\.list and .* serve the same path/,
  );
});

describe.each(ADAPTERS)('On %s', (adapter) => {
  it("without the module, its paths are the host's", async () => {
    const { url } = await createApp(adapter, { imports: [log()] });
    const answer = await fetch(`${url}/query/events`);
    expect([answer.status, ((await answer.json()) as { message: string }).message]).toEqual([404, 'Cannot GET /query/events']);
  });

  it('options may come from a factory or a class, and the path from beside it', async () => {
    class Options {
      createEventLogQueryOptions() {
        return { queryTimeout: 5_000 };
      }
    }
    const read = EventLogQueryModule.forRootAsync({ useClass: Options, path: 'api/log' });
    const { url } = await createApp(adapter, { imports: [log(), read] });
    const answer = await fetch(`${url}/api/log/events`, { headers: { Authorization: `Bearer ${KEYS.all.key}` } });
    expect([answer.status, await answer.json()]).toEqual([200, { data: [], nextCursor: null }]);
  });

  it('a host without a write route reads what its own code logs', async () => {
    const { client } = await startReadingHost(adapter, { log: { route: false } });
    expect((await client.get('/query/events')).status).toBe(200);
  });

  it('the service is injected where the module is imported, and with `isGlobal` everywhere', async () => {
    @Injectable()
    class Report {
      constructor(@Inject(EventQueryService) readonly events: EventQueryService) {}
    }
    @Module({ providers: [Report] })
    class ReportModule {}
    const { app, client } = await startReadingHost(adapter, { query: { isGlobal: true }, imports: [ReportModule] });
    await client.log(newEvent({ id: 'a' }));
    expect(await app.get(Report, { strict: false }).events.find('a')).toMatchObject({ id: 'a' });
  });

  it("a guard of the host's that asks for a decorator finds it on each route of the module", async () => {
    const seen: string[] = [];
    const guard = {
      provide: APP_GUARD,
      useFactory: (reflector: Reflector) => ({
        canActivate(context: { getHandler(): () => unknown; getClass(): new () => unknown }) {
          seen.push(context.getHandler().name);
          return reflector.getAllAndOverride<boolean>('isPublic', [context.getHandler(), context.getClass()]) === true;
        },
      }),
      inject: [Reflector],
    };
    @Module({ providers: [guard] })
    class GuardModule {}
    const imports = [GuardModule];
    const opened = await startReadingHost(adapter, { imports, query: { decorators: [SetMetadata('isPublic', true)] } });
    const paths = ['/query/events', '/query/events/a', '/query/top-search-queries', '/query/weekly-search-users'];
    const answers = await Promise.all(paths.map((path) => opened.client.get(path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 200, 200]);
    expect(seen.sort()).toEqual(['find', 'list', 'topSearchQueries', 'weeklySearchUsers']);
    const closed = await startReadingHost(adapter, { imports });
    expect((await closed.client.get('/query/events')).status).toBe(403);
  });
});

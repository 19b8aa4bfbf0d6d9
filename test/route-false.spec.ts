import { Body, Controller, Get, type LoggerService, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ApiKeyGuard,
  type EventLogExtras,
  EventLogModule,
  type EventLogOptions,
  EventLogService,
  EventRepository,
  type InMemoryEventRepository,
} from 'nestjs-event-log';
import { OwnRoutes } from '../lib/http/own-routes.js';
import { EventIntake } from '../lib/ingestion/event-intake.js';
import { clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { newEvent } from './utils/events.js';

const apiKeys = [{ id: 'reader', key: 'key-of-a-reader', kind: 'api' as const }];
const EVENT = newEvent({ id: 'a' });

async function worker(...imports: ReturnType<typeof EventLogModule.forRoot>[]) {
  const logger = { log: () => undefined, warn: () => undefined, error: () => undefined } satisfies LoggerService;
  return NestFactory.createApplicationContext({ module: class WorkerModule {}, imports }, { logger, abortOnError: false });
}

@Controller()
class HostController {
  @Post('events')
  take(@Body() body: unknown) {
    return { host: body };
  }

  @Get('report')
  @UseGuards(ApiKeyGuard)
  report() {
    return 'in';
  }
}

afterEach(closeApps);

describe.each(ADAPTERS)('With `route: false` on %s', (adapter) => {
  const start = (options: EventLogOptions = {}) =>
    createApp(adapter, { imports: [EventLogModule.forRoot({ route: false, ...options })], controllers: [HostController] });

  it('the path is the own of the host, which parses its body, and events are logged by the service', async () => {
    const { app, url } = await start();
    const client = clientOf(url, 'no-key');
    expect((await client.log(EVENT)).json()).toEqual({ host: EVENT });
    expect((await client.beacon(EVENT)).status).toBe(404);
    expect((await client.raw('/events', { method: 'OPTIONS' })).status).toBe(404);
    const { event } = await app.get(EventLogService).log(EVENT);
    expect(app.get<InMemoryEventRepository>(EventRepository).events).toMatchObject([event]);
  });

  it('ApiKeyGuard of a host without keys lets nobody pass, and with `apiKeys` those who have one', async () => {
    const { url } = await start();
    expect((await clientOf(url, 'key-of-a-reader').get('/report')).status).toBe(401);
    const { url: keyed } = await start({ apiKeys });
    expect((await clientOf(keyed, 'key-of-a-reader').get('/report')).status).toBe(200);
    expect((await clientOf(keyed, 'another-key').get('/report')).status).toBe(401);
  });
});

describe('An application context', () => {
  it.each([
    ['forRoot()', () => EventLogModule.forRoot({ route: false })],
    ['forRootAsync()', () => EventLogModule.forRootAsync({ route: false, useFactory: () => ({}) })],
  ])('logs events with %s and `route: false`, without a key and without the parts for HTTP', async (_name, register) => {
    const context = await worker(register());
    expect(await context.get(EventLogService).log(EVENT)).toMatchObject({ event: EVENT, replayed: false });
    for (const part of [OwnRoutes, EventIntake]) expect(() => context.get(part)).toThrow(/does not exist/);
    await context.close();
  });

  it('that shuts down stores what was logged before', async () => {
    const context = await worker(EventLogModule.forRoot({ route: false }));
    const repository = context.get<InMemoryEventRepository>(EventRepository);
    const logging = context.get(EventLogService).logMany([EVENT, newEvent({ id: 'b' })]);
    await context.close();
    expect(repository.events.map(({ id }) => id)).toEqual(['a', 'b']);
    await logging;
  });

  it('that imports EventLogModule twice is refused at boot', async () => {
    const [one, other] = [EventLogModule.forRoot({ route: false }), EventLogModule.forRoot({ apiKeys })];
    await expect(worker(one, other)).rejects.toThrow(/EventLogModule is imported twice.*`isGlobal: true`/);
    await (await worker(one, one)).close();
  });
});

it.each<[fault: string, options: EventLogExtras & EventLogOptions, message: RegExp]>([
  ['a path', { route: false, path: 'events' }, /`path` is about the route, which `route: false` takes away/],
  ['decorators', { route: false, decorators: [] }, /`decorators` is about the route/],
  ['a word', { route: 'no' as never }, /Expected `route` to be true or false, got string/],
])('`route: false` with %s is refused', (_fault, options, message) => {
  expect(() => EventLogModule.forRoot(options)).toThrow(message);
});

it('with its route, EventLogModule asks for keys as before', async () => {
  await expect(worker(EventLogModule.forRoot({ route: true }))).rejects.toThrow(/no keys/);
});

import { Controller, type DynamicModule, Get, Injectable, type ModuleMetadata, SetMetadata, UseGuards } from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ThrottlerModule } from '@nestjs/throttler';
import { TypeOrmModule } from '@nestjs/typeorm';
import { validate } from '@readme/openapi-parser';
import {
  ApiKeyGuard,
  type ApiKeyOptions,
  type EventLogIntakeExtras,
  EventLogIntakeModule,
  type EventLogIntakeOptions,
  EventLogModule,
  EventLogService,
  EventRepository,
  type InMemoryEventRepository,
} from 'nestjs-event-log';
import { EventLogTestingModule, TestEventRepository } from 'nestjs-event-log/testing';
import { ApiKeyService, typeOrmApiKeys, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { OrderEventDto } from './fixtures/order-event.dto.js';
import { clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp, type CreateAppOptions } from './utils/create-app.js';
import { dataSourceOptions } from './utils/databases.js';
import { newEvent, newMessage } from './utils/events.js';

const PAGE: ApiKeyOptions = { id: 'page', key: 'key-of-the-page', kind: 'web', allowedOrigins: ['https://shop.example'] };
const SERVER: ApiKeyOptions = { id: 'server', key: 'key-of-the-server', kind: 'api' };
const BOTH: ApiKeyOptions = { id: 'both', key: 'key-of-both-intakes', kind: 'api' };

const ORDER = { entityType: 'order', type: 'order.completed', orderId: '0193a5a0-0000-7000-8000-000000000001', totalCents: 1290 };
const PUBLIC = { path: '/public/events' };
const INTERNAL = { path: '/internal/events' };

type IntakeOptions = EventLogIntakeOptions & Partial<EventLogIntakeExtras>;

const open = (options: IntakeOptions = {}) =>
  EventLogIntakeModule.register({ path: 'public/events', apiKeys: [PAGE, BOTH], ...options });
const internal = (options: IntakeOptions = {}) =>
  EventLogIntakeModule.register({ path: 'internal/events', apiKeys: [SERVER, BOTH], ...options });
const withoutRoute = () => EventLogModule.forRoot({ route: false });

/** A guard of the host that lets nobody pass but where a decorator says so. */
@Injectable()
class DenyingGuard {
  private readonly reflector = new Reflector();

  canActivate(context: Parameters<ApiKeyGuard['canActivate']>[0]): boolean {
    return this.reflector.getAllAndOverride<boolean>('public', [context.getHandler(), context.getClass()]) ?? false;
  }
}

@Controller()
class ReportController {
  @Get('report')
  @UseGuards(ApiKeyGuard)
  report() {
    return 'in';
  }
}

afterEach(closeApps);

describe.each(ADAPTERS)('Two intakes on %s', (adapter) => {
  async function start(imports: DynamicModule[], metadata: ModuleMetadata = {}, options: CreateAppOptions = {}) {
    const modules = [ThrottlerModule.forRoot({ throttlers: [] }), ...imports];
    const { app, url } = await createApp(adapter, { imports: modules, ...metadata }, options);
    const stored = () => app.get<InMemoryEventRepository>(EventRepository).events.map(({ id }) => id);
    return { app, url, stored, client: clientOf(url), of: ({ key }: ApiKeyOptions) => clientOf(url, key) };
  }

  it.each([
    ['after', () => [withoutRoute(), open(), internal()]],
    ['before', () => [open(), internal(), withoutRoute()]],
  ])('that are imported %s EventLogModule put events of their own keys into one store', async (_when, imports) => {
    const { app, of, client, stored } = await start(imports());
    expect((await of(PAGE).log(newEvent({ id: 'a' }), PUBLIC)).status).toBe(200);
    expect((await of(SERVER).log(newEvent({ id: 'b' }), INTERNAL)).status).toBe(200);
    expect((await of(PAGE).beacon(newEvent({ id: 'c' }), { path: '/public/events/beacon' })).status).toBe(204);
    await app.get(EventLogService).log(newEvent({ id: 'd' }));
    expect(stored()).toEqual(['a', 'b', 'c', 'd']);
    expect((await client.log(newEvent(), { key: PAGE.key })).status).toBe(404);
  });

  it('know a key of the other one no more than an unknown one, but one that both have', async () => {
    const { of, client, stored } = await start([withoutRoute(), open(), internal()]);
    const unknown = await client.log(newEvent(), { ...PUBLIC, key: 'a-key-of-nobody' });
    const ofOther = await of(SERVER).log(newEvent(), PUBLIC);
    expect([unknown.status, ofOther.status]).toEqual([401, 401]);
    expect(ofOther.header('www-authenticate')).toBe(unknown.header('www-authenticate'));
    expect((await of(PAGE).log(newEvent(), INTERNAL)).status).toBe(401);
    expect((await of(PAGE).beacon(newEvent(), { path: '/internal/events/beacon' })).status).toBe(401);
    for (const path of [PUBLIC, INTERNAL]) expect((await of(BOTH).log(newEvent({ id: 'a' }), path)).status).toBe(200);
    expect(stored()).toEqual(['a']);
  });

  it('count requests apart, each by its own limit or by that of EventLogModule', async () => {
    const rateLimit = { limit: 2, ttl: 60_000 };
    const eventLog = EventLogModule.forRoot({ route: false, rateLimit: { limit: 1, ttl: 60_000 } });
    const { of } = await start([eventLog, open({ rateLimit }), internal()]);
    const statuses = async (path: { path: string }, count: number) => {
      const seen: number[] = [];
      for (let i = 0; i < count; i++) seen.push((await of(BOTH).log(newEvent(), path)).status);
      return seen;
    };
    expect(await statuses(PUBLIC, 3)).toEqual([200, 200, 429]);
    expect(await statuses(INTERNAL, 2)).toEqual([200, 429]);
  });

  it('take bodies up to their own size, or up to that of EventLogModule', async () => {
    const event = newEvent({ searchQuery: 'q'.repeat(200) });
    const eventLog = EventLogModule.forRoot({ route: false, maxBodyBytes: 100 });
    const { of } = await start([eventLog, open({ maxBodyBytes: 1_000 }), internal()]);
    expect((await of(PAGE).log(event, PUBLIC)).status).toBe(200);
    expect((await of(SERVER).log(event, INTERNAL)).status).toBe(413);
  });

  it('take only the entity types that they name', async () => {
    const { app, of, stored } = await start([withoutRoute(), open({ entityTypes: ['search', 'conversation'] }), internal()]);
    const refused = await of(PAGE).log(newMessage(), PUBLIC);
    expect([refused.status, refused.json()]).toMatchObject([
      422,
      { errors: [{ pointer: '#/entityType', detail: 'entityType must be one of conversation, search' }] },
    ]);
    expect((await of(PAGE).log(newEvent({ id: 'a' }), PUBLIC)).status).toBe(200);
    expect((await of(SERVER).log(newMessage({ id: 'b' }), INTERNAL)).status).toBe(200);
    await app.get(EventLogService).log(newMessage({ id: 'c' }));
    expect(stored()).toEqual(['a', 'b', 'c']);
  });

  it('take events of the own of a host, and batches of which each item is held to their entity types', async () => {
    const orders = EventLogModule.forFeature([OrderEventDto]);
    const { of, stored } = await start([
      open({ entityTypes: ['order'] }),
      internal({ entityTypes: ['search'] }),
      withoutRoute(),
      orders,
    ]);
    expect((await of(PAGE).log({ ...ORDER, id: 'a' }, PUBLIC)).status).toBe(200);
    const batch = [newEvent({ id: 'b' }), { ...ORDER, id: 'c' }];
    const statuses = async (path: string) => {
      const answer = await of(BOTH).log(batch, { path: `${path}/batch` });
      return answer.json<{ results: { status: number }[] }>().results.map(({ status }) => status);
    };
    expect(await statuses(PUBLIC.path)).toEqual([422, 200]);
    expect(await statuses(INTERNAL.path)).toEqual([200, 422]);
    expect(stored()).toEqual(['a', 'c', 'b']);
  });

  it('stand in the OpenAPI document of the host, each with its entity types', async () => {
    let document!: OpenAPIObject;
    const config = new DocumentBuilder().addBearerAuth().build();
    const configure: CreateAppOptions['configure'] = (app) => void (document = SwaggerModule.createDocument(app, config));
    await start([withoutRoute(), open({ entityTypes: ['search'] }), internal()], {}, { configure });
    expect(await validate(structuredClone(document) as never)).toMatchObject({ valid: true });
    const operations = Object.entries(document.paths).map(([path, { post }]) => [path, post!.operationId] as const);
    expect(operations.map(([path]) => path)).toEqual(
      expect.arrayContaining([PUBLIC.path, `${PUBLIC.path}/batch`, INTERNAL.path]),
    );
    expect(new Set(operations.map(([, id]) => id)).size).toBe(operations.length);
    const typesIn = (name: string) => {
      const { discriminator } = document.components!.schemas![name] as { discriminator: { mapping: object } };
      return Object.keys(discriminator.mapping);
    };
    expect(typesIn('PublicEvents.EventLogEvent')).toEqual(['search']);
    expect(typesIn('InternalEvents.EventLogEvent')).toEqual(['message', 'conversation', 'search']);
  });

  it('have names of their own in the OpenAPI document where their paths differ in a sign alone', async () => {
    let document!: OpenAPIObject;
    const configure: CreateAppOptions['configure'] = (app) =>
      void (document = SwaggerModule.createDocument(app, new DocumentBuilder().build()));
    const dashed = EventLogIntakeModule.register({ path: 'public-events', apiKeys: [SERVER], entityTypes: ['message'] });
    await start([withoutRoute(), open({ entityTypes: ['search'] }), dashed], {}, { configure });
    const ids = Object.values(document.paths).map(({ post }) => post!.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('share a table of keys where both name it, and one that does not knows none of them', async () => {
    const imports = [
      TypeOrmModule.forRoot(dataSourceOptions('sqlite::memory:') as object),
      EventLogModule.forRoot({ route: false, storage: typeOrmStorage() }),
      open({ apiKeys: [], keyStore: typeOrmApiKeys() }),
      internal({ apiKeys: [], keyStore: typeOrmApiKeys() }),
      EventLogIntakeModule.register({ path: 'other', apiKeys: [SERVER] }),
    ];
    const { app, client } = await start(imports);
    const { text: key } = await app.get(ApiKeyService).create({ name: 'stored', kind: 'api' });
    for (const path of [PUBLIC, INTERNAL]) expect((await client.log(newEvent(), { ...path, key })).status).toBe(200);
    expect((await client.log(newEvent(), { path: '/other', key })).status).toBe(401);
  });

  it('answer preflights, wrong methods and other media types as the contract says', async () => {
    const { client, of } = await start([withoutRoute(), open(), internal()]);
    for (const { path } of [PUBLIC, INTERNAL]) {
      const headers = { Origin: 'https://shop.example', 'Access-Control-Request-Method': 'POST' };
      expect((await client.raw(path, { method: 'OPTIONS', headers })).status).toBe(204);
      const refused = await client.raw(path, { method: 'PUT' });
      expect([refused.status, refused.header('allow')]).toEqual([405, 'POST, OPTIONS']);
      expect((await of(BOTH).log('a,b', { path, headers: { 'Content-Type': 'text/csv' } })).status).toBe(415);
    }
    const page = { headers: { Origin: 'https://another.example' } };
    expect((await of(PAGE).log(newEvent(), { ...PUBLIC, ...page })).status).toBe(403);
  });

  it('stand below the prefix of the host, beside the route of EventLogModule', async () => {
    const eventLog = EventLogModule.forRoot({ apiKeys: [SERVER] });
    const configure: CreateAppOptions['configure'] = (app) => app.setGlobalPrefix('api');
    const { of } = await start([eventLog, open()], {}, { configure });
    expect((await of(SERVER).log(newEvent(), { path: '/api/events' })).status).toBe(200);
    expect((await of(PAGE).log(newEvent(), { path: '/api/public/events' })).status).toBe(200);
    expect((await of(SERVER).log(newEvent(), { path: '/api/public/events' })).status).toBe(401);
    expect((await of(PAGE).log(newEvent(), { path: '/api/events' })).status).toBe(401);
  });

  it('are unknown to ApiKeyGuard on a route of the host, which knows the keys of EventLogModule', async () => {
    const reader: ApiKeyOptions = { id: 'reader', key: 'key-of-a-reader', kind: 'api' };
    const eventLog = EventLogModule.forRoot({ route: false, apiKeys: [reader] });
    const { of } = await start([open(), internal(), eventLog], { controllers: [ReportController] });
    expect((await of(reader).get('/report')).status).toBe(200);
    expect((await of(SERVER).get('/report')).status).toBe(401);
    expect((await of(reader).log(newEvent(), INTERNAL)).status).toBe(401);
  });

  it('have decorators of their own', async () => {
    const providers = [{ provide: APP_GUARD, useClass: DenyingGuard }];
    const { of } = await start([withoutRoute(), open({ decorators: [SetMetadata('public', true)] }), internal()], { providers });
    expect((await of(BOTH).log(newEvent(), PUBLIC)).status).toBe(200);
    expect((await of(BOTH).log(newEvent(), INTERNAL)).status).toBe(403);
  });

  it('have stores of keys and factories of their own', async () => {
    const digest = 'a key store of its own';
    const keyStore = {
      store: { useFactory: () => ({ findByDigest: () => ({ id: 'stored', digest, scopes: ['events:write' as const] }) }) },
    };
    const { of, client } = await start([
      EventLogModule.forRootAsync({ route: false, useFactory: () => ({}) }),
      EventLogIntakeModule.registerAsync({ path: 'public/events', useFactory: () => ({ apiKeys: [PAGE] }) }),
      EventLogIntakeModule.registerAsync({ path: 'internal/events', useFactory: async () => Promise.resolve({}), keyStore }),
    ]);
    expect((await of(PAGE).log(newEvent(), PUBLIC)).status).toBe(200);
    expect((await client.log(newEvent(), { ...PUBLIC, key: 'any-stored-key' })).status).toBe(401);
    expect((await client.log(newEvent(), { ...INTERNAL, key: 'any-stored-key' })).status).toBe(200);
  });

  it('stay where EventLogTestingModule takes the place of EventLogModule', async () => {
    const eventLog = withoutRoute();
    const { app, of } = await start(
      [eventLog, open(), internal()],
      {},
      {
        override: (builder) => builder.overrideModule(eventLog).useModule(EventLogTestingModule),
      },
    );
    expect((await of(PAGE).log(newEvent({ id: 'a' }), PUBLIC)).status).toBe(200);
    expect(app.get(TestEventRepository).events()).toMatchObject([{ id: 'a' }]);
  });

  it.each<[fault: string, imports: () => DynamicModule[], message: RegExp]>([
    [
      'one path',
      () => [withoutRoute(), open(), open()],
      /Two modules serve POST \/public\/events: give each a `path` of its own/,
    ],
    ['one path in two spellings', () => [withoutRoute(), open(), open({ path: '/public/events/' })], /Two modules serve POST/],
    [
      'the path of EventLogModule',
      () => [EventLogModule.forRoot({ apiKeys: [SERVER] }), open({ path: 'events' })],
      /Two modules/,
    ],
    [
      'no EventLogModule',
      () => [open()],
      /EventLogModule\.forRoot\(\{ route: false, storage \}\), to be imported beside EventLogIntakeModule/,
    ],
    ['no keys', () => [withoutRoute(), open({ apiKeys: [] })], /In the intake 'public\/events': .*no keys.*`apiKeys/],
    [
      'a wrong key',
      () => [withoutRoute(), open(), internal({ apiKeys: [{ ...SERVER, key: 'short' }] })],
      /In the intake 'internal\/events': Expected `apiKeys\[0\]\.key`/,
    ],
    [
      'an option of EventLogModule',
      () => [withoutRoute(), open({ bodyTimeout: 5 } as object)],
      /In the intake 'public\/events': Unknown option `bodyTimeout`: known are apiKeys, .*path/,
    ],
    ['a wrong limit', () => [withoutRoute(), open({ maxBodyBytes: 0 })], /In the intake 'public\/events': .*`maxBodyBytes`/],
    ['a limit that is null', () => [withoutRoute(), open({ rateLimit: null as never })], /`rateLimit` to be .*got null/],
    ['no entity types', () => [withoutRoute(), open({ entityTypes: [] })], /`entityTypes` to be a list of names.*an empty array/],
    [
      'an unknown entity type',
      () => [withoutRoute(), open({ entityTypes: ['search', 'order'] })],
      /Unknown entity type 'order' in `entityTypes` of the intake 'public\/events': known are message, conversation, search/,
    ],
    [
      'an extra in what a factory returns',
      () => [
        withoutRoute(),
        EventLogIntakeModule.registerAsync({ path: 'a', useFactory: () => ({ apiKeys: [PAGE], path: 'b' }) }),
      ],
      /In the intake 'a': `path` must stand beside `useFactory`/,
    ],
    [
      'a factory that returns nothing',
      () => [withoutRoute(), EventLogIntakeModule.registerAsync({ path: 'a', useFactory: () => undefined as never })],
      /In the intake 'a': Expected its options to be \{ apiKeys, … \}, got undefined/,
    ],
  ])('that have %s are refused at boot', async (_fault, imports, message) => {
    await expect(start(imports())).rejects.toThrow(message);
  });
});

it.each([undefined, null, 'options'])('is refused in one sentence where register() and registerAsync() get %s', (options) => {
  const message = /^Expected the options of EventLogIntakeModule\.register/;
  expect(() => EventLogIntakeModule.register(options as never)).toThrow(message);
  expect(() => EventLogIntakeModule.registerAsync(options as never)).toThrow(message);
});

it('an intake without a path is refused', () => {
  expect(() => EventLogIntakeModule.register({ apiKeys: [PAGE] } as never)).toThrow(/`path` to be a string, got undefined/);
});

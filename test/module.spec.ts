import {
  Controller,
  type DynamicModule,
  Get,
  Injectable,
  type LoggerService,
  Module,
  type ModuleMetadata,
  Req,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ApiKey,
  apiKeyDigest,
  ApiKeyGuard,
  type ApiKeyOptions,
  ApiKeyStore,
  type EventLogExtras,
  EventLogModule,
  type EventLogOptions,
  type EventLogOptionsFactory,
  EventLogService,
  EventRepository,
  type AuthenticatedRequest,
  InMemoryEventRepository,
  RequireScopes,
} from 'nestjs-event-log';
import { clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp, type CreateAppOptions } from './utils/create-app.js';
import { newEvent } from './utils/events.js';

const WRITER: ApiKeyOptions = { id: 'writer', key: 'writer-key', scopes: ['events:write'] };
const READER: ApiKeyOptions = { id: 'reader', key: 'reader-key', scopes: ['events:read', 'events:write'] };
const apiKeys = [WRITER, READER];
const EVENT = newEvent({ type: 'search_submitted' });

const start = (metadata: ModuleMetadata, options?: CreateAppOptions) => createApp('express', metadata, options);

async function post(url: string, { path = '/events', key = WRITER.key } = {}): Promise<number> {
  return (await clientOf(url, key).log(EVENT, { path })).status;
}

const KEYS = Symbol('keys');

@Injectable()
class OptionsFactory implements EventLogOptionsFactory {
  createEventLogOptions() {
    return { apiKeys };
  }
}

@Module({
  providers: [OptionsFactory, { provide: KEYS, useValue: apiKeys }],
  exports: [OptionsFactory, KEYS],
})
class ConfigModule {}

/** Knows one key that no options name. */
class OneKeyStore extends ApiKeyStore {
  findByDigest(digest: string): ApiKey | undefined {
    return digest === apiKeyDigest('stored-key') ? { id: 'stored', digest, scopes: ['events:write'] } : undefined;
  }
}

class OtherRepository extends InMemoryEventRepository {}

@Injectable()
class Feature {
  constructor(readonly eventLog: EventLogService) {}
}

const feature = (imports: ModuleMetadata['imports'] = []): DynamicModule => ({
  module: class FeatureModule {},
  imports,
  providers: [Feature],
});

afterEach(closeApps);

describe.each(ADAPTERS)('On %s', (adapter) => {
  const registrations: [name: string, (extras: EventLogExtras) => DynamicModule][] = [
    ['forRoot()', (extras) => EventLogModule.forRoot({ apiKeys, ...extras })],
    [
      'forRootAsync() with a factory',
      (extras) =>
        EventLogModule.forRootAsync({
          imports: [ConfigModule],
          inject: [KEYS],
          useFactory: async (keys: ApiKeyOptions[]) => Promise.resolve({ apiKeys: keys }),
          ...extras,
        }),
    ],
    ['forRootAsync() with a class', (extras) => EventLogModule.forRootAsync({ useClass: OptionsFactory, ...extras })],
    [
      'forRootAsync() with an existing provider',
      (extras) => EventLogModule.forRootAsync({ imports: [ConfigModule], useExisting: OptionsFactory, ...extras }),
    ],
  ];

  it.each(registrations)('%s serves POST /events', async (_name, register) => {
    const { url } = await createApp(adapter, { imports: [register({})] });
    expect(await post(url)).toBe(200);
    expect(await post(url, { key: 'unknown-key' })).toBe(401);
  });

  it.each(registrations)('%s serves a path of its own instead of /events', async (_name, register) => {
    const { url } = await createApp(adapter, { imports: [register({ path: 'analytics/log' })] });
    expect(await post(url, { path: '/analytics/log' })).toBe(200);
    expect(await post(url)).toBe(404);
  });

  it.each(['/events', 'events/', '/events/'])('the path %s is the same as events', async (path) => {
    const { url } = await createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys, path })] });
    expect(await post(url)).toBe(200);
  });
});

describe('A wrong configuration', () => {
  const keyed = (...keys: object[]) => ({ apiKeys: keys as ApiKeyOptions[] });
  const withKey = (change: object) => keyed({ ...WRITER, ...change });
  const extra = (change: object) => ({ apiKeys, ...change }) as EventLogOptions & EventLogExtras;

  const faults: [fault: string, options: EventLogOptions & EventLogExtras, message: RegExp][] = [
    ['no keys', {}, /no keys.*`apiKeys.*kind: 'api' }\]`.*`keyStore`/],
    ['an empty list of keys', { apiKeys: [] }, /no keys/],
    ['keys that are no list', extra({ apiKeys: WRITER }), /no keys/],
    ['a key that is no object', keyed('writer-key' as never), /`apiKeys\[0\]` to be an object { id, key, kind }, got string\.$/],
    ['a key without an id', withKey({ id: '' }), /`apiKeys\[0\]\.id`/],
    ['an unknown scope', withKey({ scopes: ['events:delete'] }), /'events:delete'.*'events:write' and 'events:read'/],
    [
      'no scopes',
      withKey({ scopes: [] }),
      /`apiKeys\[0\]\.scopes`.*got an empty array; or set `apiKeys\[0\]\.kind` to 'web' or 'api'/,
    ],
    [
      'an unknown field of a key',
      withKey({ scope: [] }),
      /Unknown field `scope` of `apiKeys\[0\]` \('writer'\): known are id, key, .*scopes/,
    ],
    ['the same key twice', keyed(WRITER, { ...WRITER, id: 'twin' }), /'twin' and 'writer' are the same key/],
    [
      'the same key once in clear and once as its digest',
      keyed(WRITER, { id: 'twin', digest: apiKeyDigest('writer-key').toUpperCase(), scopes: ['events:read'] }),
      /'twin' and 'writer' are the same key/,
    ],
    ['the same id twice', keyed(WRITER, { ...READER, id: 'writer' }), /`apiKeys\[1\]\.id` is used twice: 'writer'/],
    ['a key of 7 characters', withKey({ key: '1234567' }), /`apiKeys\[0\]\.key`.*at least 8 characters/],
    ['a key with a space', withKey({ key: 'writer key' }), /`apiKeys\[0\]\.key`.*visible ASCII/],
    ['a key and a digest', withKey({ digest: '0'.repeat(64) }), /either `key` or `digest`, got both/],
    [
      'neither a key nor a digest',
      withKey({ key: undefined }),
      /\('writer'\) to have either `key` or `digest`, got neither: is the variable set/,
    ],
    ['a digest that is none', withKey({ key: undefined, digest: 'abc' }), /`apiKeys\[0\]\.digest`.*64 hexadecimal digits/],
    ['a project that is a number', withKey({ projectId: 5 }), /`apiKeys\[0\]\.projectId`.*got number/],
    ['an expiry in words', withKey({ expiresAt: 'tomorrow' }), /`apiKeys\[0\]\.expiresAt`/],
    ['an expiry without an offset', withKey({ expiresAt: '2027-01-01T00:00:00' }), /`apiKeys\[0\]\.expiresAt`/],
    ['an expiry that is an invalid Date', withKey({ expiresAt: new Date('never') }), /`apiKeys\[0\]\.expiresAt`/],
    ['an unknown kind', withKey({ kind: 'page' }), /`apiKeys\[0\]\.kind` to be 'web' or 'api'\.$/],
    ['a kind that is a number', withKey({ kind: 5 }), /`apiKeys\[0\]\.kind` to be 'web' or 'api', got number/],
    [
      'neither a kind nor scopes',
      withKey({ scopes: undefined }),
      /`apiKeys\[0\]\.scopes`.*got undefined; or set `apiKeys\[0\]\.kind`/,
    ],
    ['a web key that reads', withKey({ ...READER, kind: 'web' }), /`apiKeys\[0\]\.scopes` of a web key.*'events:write' alone/],
    ['origins that are no list', withKey({ allowedOrigins: '*' }), /`apiKeys\[0\]\.allowedOrigins`.*a list.*got string/],
    [
      'an origin with a path',
      withKey({ allowedOrigins: ['*', 'https://example.com/'] }),
      /`apiKeys\[0\]\.allowedOrigins\[1\]`.*without a path/,
    ],
    ['entity types that are no list', withKey({ entityTypes: 'search' }), /`apiKeys\[0\]\.entityTypes`.*got string/],
    ['no entity types', withKey({ entityTypes: [] }), /`apiKeys\[0\]\.entityTypes`.*at least one.*an empty array; leave it out/],
    [
      'an entity type that no class could have',
      withKey({ entityTypes: ['search', 'two words'] }),
      /`apiKeys\[0\]\.entityTypes\[1\]`.*the name of an entity type/,
    ],
    ['a mistyped evl_ key', withKey({ key: 'evl_api_0123456789' }), /`apiKeys\[0\]\.key`.*checksum/],
    [
      'a keyStore whose factory makes nothing',
      extra({ keyStore: { store: { useFactory: () => undefined } } }),
      /`keyStore\.store`.*findByDigest\(\), got undefined/,
    ],
    ['a storage that is empty', extra({ storage: {} }), /`storage`.*typeOrmStorage\(\).*got an object/],
    ['a storage that is a string', extra({ storage: 'postgres' }), /`storage`.*got string/],
    ['a storage that is null', extra({ storage: null }), /`storage`.*got null/],
    [
      'a storage that is a repository',
      extra({ storage: new InMemoryEventRepository() }),
      /`storage`.*got an instance of InMemoryEventRepository/,
    ],
    [
      'a storage with an instance',
      extra({ storage: { repository: new OtherRepository() } }),
      /`storage\.repository`.*an instance of OtherRepository.*the class itself/,
    ],
    ['a keyStore that is a class', extra({ keyStore: OneKeyStore }), /`keyStore`.*\{ store, imports\? \}/],
    ['a keyStore with an instance', extra({ keyStore: { store: new OneKeyStore() } }), /`keyStore\.store`.*OneKeyStore/],
    ['a path that is no string', extra({ path: 5 }), /`path`.*got number/],
    ['decorators that are no list', extra({ decorators: Feature }), /`decorators`.*a list of class decorators, got function/],
    ['a decorator that is none', extra({ decorators: ['public'] }), /`decorators\[0\]`.*Public\(\), got string/],
    ['a rateLimit that is a number', extra({ rateLimit: 5 }), /`rateLimit` to be \{ limit, ttl \}, got number/],
    [
      'a rateLimit without a limit',
      extra({ rateLimit: { ttl: 60_000 } }),
      /`rateLimit\.limit` to be an integer of requests, 1 or more, got undefined/,
    ],
    [
      'a rateLimit in seconds',
      extra({ rateLimit: { limit: 5, ttl: 60 } }),
      /`rateLimit\.ttl` to be an integer of milliseconds, from 1000 .*got 60/,
    ],
    ['a rateLimit of a key of 0', withKey({ rateLimit: { limit: 0, ttl: 60_000 } }), /`apiKeys\[0\]\.rateLimit\.limit`/],
    ['a timeout that no timer can run for', extra({ answerTimeout: 2 ** 31 }), /`answerTimeout`.*from 1 to 2147483647/],
    ['a limit in words', extra({ maxBodyBytes: '2mb' }), /`maxBodyBytes` to be an integer of bytes, 1 or more, got string\.$/],
    ['a cors that is not true or false', extra({ cors: {} }), /`cors` to be true or false, got an object/],
    ['an unknown durability', extra({ durability: 'loose' }), /`durability` to be 'report' or 'strict', got 'loose'\.$/],
    ...(
      ['maxBodyBytes', 'maxUploadBytes', 'bodyTimeout', 'maxPendingEvents', 'maxPendingBytes', 'answerTimeout'] as const
    ).flatMap((option) =>
      [0, -1, 1.5, Number.NaN, Infinity, '2mb'].map((value): (typeof faults)[number] => [
        `${option}: ${value}`,
        extra({ [option]: value }),
        new RegExp(`\`${option}\` to be an integer`),
      ]),
    ),
  ];

  it.each(faults)('a configuration with %s is refused at boot', async (_fault, options, message) => {
    const boot = async () => start({ imports: [EventLogModule.forRoot(options)] });
    await expect(boot()).rejects.toThrow(message);
  });

  it.each([undefined, null, 'options'])('is refused in one sentence where forRoot() and forRootAsync() get %s', (options) => {
    expect(() => EventLogModule.forRoot(options as never)).toThrow(
      /^Expected the options of EventLogModule\.forRoot\(\{ apiKeys/,
    );
    expect(() => EventLogModule.forRootAsync(options as never)).toThrow(
      /^Expected the options of EventLogModule\.forRootAsync\(/,
    );
  });

  it('the message about a wrong configuration never shows a key', async () => {
    const boot = start({ imports: [EventLogModule.forRoot(withKey({ key: 'a secret' }))] });
    await expect(boot).rejects.toThrow(/^(?!.*secret).*visible ASCII/);
  });

  it('a wrong configuration of a factory is refused at boot', async () => {
    const boot = start({ imports: [EventLogModule.forRootAsync({ useFactory: () => ({ apiKeys: [] }) })] });
    await expect(boot).rejects.toThrow(/no keys/);
  });

  it('a module that is imported without forRoot() is refused at boot', async () => {
    await expect(start({ imports: [EventLogModule] })).rejects.toThrow(/EventLogModule\.forRoot\(/);
  });
});

describe('A part of the host', () => {
  it('a host provides keys through the keyStore extra, beside those of the options', async () => {
    const { url } = await start({ imports: [EventLogModule.forRoot({ apiKeys, keyStore: { store: OneKeyStore } })] });
    expect(await post(url, { key: 'stored-key' })).toBe(200);
    expect(await post(url)).toBe(200);
    expect(await post(url, { key: 'unknown-key' })).toBe(401);
  });

  it('a host provides the keys and the storage through factories with modules of their own', async () => {
    const repository = new InMemoryEventRepository();
    const useFactory = ([key]: ApiKeyOptions[]) => {
      const digest = apiKeyDigest(key.key!);
      return {
        findByDigest: (asked: string) =>
          asked === digest ? { ...key, scopes: key.scopes!, digest, expiresAt: null } : undefined,
      };
    };
    const keyStore = { imports: [ConfigModule], store: { inject: [KEYS], useFactory } };
    const storage = { repository: { useFactory: () => repository } };
    const { url } = await start({ imports: [EventLogModule.forRootAsync({ useFactory: () => ({}), keyStore, storage })] });
    expect([await post(url), await post(url, { key: READER.key })]).toEqual([200, 401]);
    expect(repository.events).toMatchObject([EVENT]);
  });

  it('a host replaces the key store and the repository in its tests', async () => {
    const repository = new InMemoryEventRepository();
    const { url } = await start(
      { imports: [EventLogModule.forRoot({ apiKeys })] },
      {
        override: (builder) =>
          builder.overrideProvider(ApiKeyStore).useClass(OneKeyStore).overrideProvider(EventRepository).useValue(repository),
      },
    );
    expect([await post(url), await post(url, { key: 'stored-key' })]).toEqual([401, 200]);
    expect(repository.events).toMatchObject([EVENT]);
  });

  it('a module that imports ours logs events through EventLogService', async () => {
    const eventLog = EventLogModule.forRoot({ apiKeys });
    const { app } = await start({ imports: [eventLog, feature([eventLog])] });
    const { event } = await app.get(Feature, { strict: false }).eventLog.log(EVENT);
    expect(event).toMatchObject(EVENT);
    expect(app.get<InMemoryEventRepository>(EventRepository, { strict: false }).events).toMatchObject([event]);
  });

  it('EventLogService is there without an import where isGlobal is set, and only there', async () => {
    const { app } = await start({ imports: [EventLogModule.forRoot({ apiKeys, isGlobal: true }), feature()] });
    expect(app.get(Feature, { strict: false }).eventLog).toBeInstanceOf(EventLogService);
    const local = start({ imports: [EventLogModule.forRoot({ apiKeys }), feature()] });
    await expect(local).rejects.toThrow(/EventLogService/);
  });

  it('events are logged in an application context, which has no HTTP server', async () => {
    const metadata = { module: class WorkerModule {}, imports: [EventLogModule.forRoot({ apiKeys })] };
    const context = await NestFactory.createApplicationContext(metadata, { logger: false, abortOnError: false });
    const { event, replayed } = await context.get(EventLogService, { strict: false }).log(EVENT, { projectId: 'p1' });
    await context.close();
    expect({ ...event, replayed }).toMatchObject({ ...EVENT, projectId: 'p1', replayed: false });
  });

  it('ApiKeyGuard and @RequireScopes() guard a route of the host', async () => {
    @Controller('report')
    @UseGuards(ApiKeyGuard)
    class ReportController {
      @Get()
      @RequireScopes('events:read', 'events:write')
      report(@Req() request: AuthenticatedRequest) {
        return request.apiKey?.id;
      }
    }
    const { url } = await start({ imports: [EventLogModule.forRoot({ apiKeys })], controllers: [ReportController] });
    const get = async (key?: string) => {
      const answer = await clientOf(url, key).get('/report');
      return [answer.status, answer.status === 200 ? answer.text : answer.header('www-authenticate')];
    };
    expect(await get(READER.key)).toEqual([200, 'reader']);
    expect(await get()).toEqual([401, 'Bearer realm="events"']);
    expect(await get('unknown-key')).toEqual([401, 'Bearer realm="events", error="invalid_token"']);
    const challenge = 'Bearer realm="events", error="insufficient_scope", scope="events:read events:write"';
    expect(await get(WRITER.key)).toEqual([403, challenge]);
  });
});

describe('What is said at boot', () => {
  async function warnings(extras: EventLogExtras, keys = apiKeys): Promise<string[]> {
    const lines: string[] = [];
    const ignore = () => undefined;
    const logger: LoggerService = { log: ignore, error: ignore, warn: (line: string) => lines.push(line) };
    await start({ imports: [EventLogModule.forRoot({ apiKeys: keys, ...extras })] }, { logger });
    return lines;
  }

  it('one warning is said at boot where no storage is chosen, and names the remedy', async () => {
    expect(await warnings({})).toEqual([expect.stringMatching(/memory.*`storage`.*typeOrmStorage/)]);
  });

  it('one warning at boot says that it is unknown what a 200 survives where a repository of the host does not state it', async () => {
    class QuietRepository extends EventRepository {
      insert() {
        return Promise.resolve([]);
      }
    }
    expect(await warnings({ storage: { repository: QuietRepository } })).toEqual([
      'It is unknown what a 200 survives: QuietRepository has no durability() that states it.',
    ]);
  });

  it('a web key of no project is named at boot where other keys have one', async () => {
    const docs = { id: 'docs', key: 'docs-key', kind: 'web' as const, allowedOrigins: ['*'] };
    const about = (lines: string[]) => lines.filter((line) => line.includes('web key'));
    expect(about(await warnings({}, [WRITER, docs]))).toEqual([]);
    expect(
      about(
        await warnings({}, [
          { ...WRITER, projectId: 'p' },
          { ...docs, projectId: 'p' },
        ]),
      ),
    ).toEqual([]);
    expect(about(await warnings({}, [{ ...WRITER, projectId: 'p' }, docs]))).toEqual([
      "The web key 'docs' is of no project, so who sees its page may log events of any: set its `projectId`.",
    ]);
  });

  it('a web key that no page may use is named at boot', async () => {
    const lines = await warnings({}, [WRITER, { id: 'docs', key: 'docs-key', kind: 'web' }]);
    expect(lines.filter((line) => line.includes('web key'))).toEqual([
      "The web key 'docs' may be used by no page: set its `allowedOrigins` to the origins of those that have it.",
    ]);
  });

  it('an entity type that a key is held to and that there is not is named at boot', async () => {
    const held = { ...WRITER, entityTypes: ['search', 'serach', 'order'] };
    const lines = await warnings({}, [held, { ...READER, entityTypes: ['message'] }]);
    expect(lines.filter((line) => line.includes('entity types'))).toEqual([
      expect.stringMatching(/^The key 'writer'.*not there: serach, order\. Known are message, conversation, search: correct/),
    ]);
  });
});

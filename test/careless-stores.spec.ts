import { Controller, Get, HttpException, Logger, type LoggerService, UseGuards } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerStorage, ThrottlerStorageService } from '@nestjs/throttler';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ApiKey,
  apiKeyDigest,
  ApiKeyGuard,
  ApiKeyStore,
  EventLogModule,
  type EventLogOptions,
  type EventRecord,
  EventRepository,
  InMemoryEventRepository,
  type InsertOutcome,
} from 'nestjs-event-log';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { ownTime } from './utils/own-time.js';

const KEY = 'key-of-the-site';
const DIGEST = apiKeyDigest(KEY);
const apiKeys = [{ id: 'site', key: KEY, scopes: ['events:write' as const] }];
const SECRET = 'INSERT INTO secret';

/** Collects what is logged as a warning or an error from now on; an application that starts silences it. */
function listen() {
  const lines: string[] = [];
  const note = (line: unknown) => lines.push(String(line));
  const logger: LoggerService = { log: () => undefined, warn: note, error: note };
  Logger.overrideLogger(logger);
  return lines;
}

beforeEach(() => Logger.overrideLogger(false));
afterEach(closeApps);

describe.each(ADAPTERS)('On %s', (adapter) => {
  async function send(url: string, id = 'a', key = KEY) {
    const start = ownTime();
    const response = await fetch(`${url}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id, entityType: 'search', type: 't', searchQuery: 'q' }),
    });
    const { status, headers } = response;
    return { status, headers, text: await response.text(), ms: ownTime() - start };
  }

  describe('an event', () => {
    /** Keeps events in memory, and does first what `before` says with them. */
    class CarelessRepository extends InMemoryEventRepository {
      open = 0;
      before: (events: EventRecord[]) => unknown = () => undefined;
      after: (outcomes: InsertOutcome[]) => unknown = (outcomes) => outcomes;

      override async insert(events: EventRecord[]): Promise<InsertOutcome[]> {
        this.open++;
        await this.before(events);
        const outcomes = this.after(await super.insert(events)) as InsertOutcome[];
        this.open--;
        return outcomes;
      }
    }

    async function start(options: EventLogOptions = {}) {
      const storage = { repository: CarelessRepository };
      const { app, url } = await createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys, ...options, storage })] });
      return { url, repository: app.get<CarelessRepository>(EventRepository, { strict: false }) };
    }

    const never = () => new Promise(() => undefined);

    it('is stored though an insert() before it never settles, and one line names the repository', async () => {
      const { url, repository } = await start({ answerTimeout: 2_000 });
      const lines = listen();
      let hangs = 1;
      repository.before = () => (hangs-- > 0 ? never() : undefined);
      const first = await send(url, 'first');
      expect([200, 503]).toContain(first.status); // a second try may store it
      expect(first.ms).toBeLessThan(2_000);
      await delay(300);
      expect((await send(url, 'second')).status).toBe(200);
      expect((await send(url, 'third')).status).toBe(200);
      expect(lines.filter((line) => line.includes('CarelessRepository'))).toHaveLength(1);
    });

    it('is refused at once with 503 where several inserts hang, and few of them at once', async () => {
      const { url, repository } = await start({ answerTimeout: 400 });
      const lines = listen();
      repository.before = never;
      for (let i = 0; i < 8; i++) expect((await send(url, `hangs ${i}`)).status).toBe(503);
      const { status, ms, headers } = await send(url, 'shed');
      expect([status, headers.get('retry-after')]).toEqual([503, '1']);
      expect(ms).toBeLessThan(150);
      expect(repository.open).toBeLessThanOrEqual(6);
      expect(lines.filter((line) => line.includes('CarelessRepository'))).toHaveLength(1);
    });

    it('is stored again once a store that hung goes on', async () => {
      const { url, repository } = await start({ answerTimeout: 400 });
      let open!: () => void;
      const opened = new Promise<void>((resolve) => (open = resolve));
      repository.before = () => opened;
      for (let i = 0; i < 8; i++) await send(url, `hangs ${i}`);
      open();
      await delay(50);
      expect((await send(url, 'next')).status).toBe(200);
    });

    it.each<[what: string, after: (outcomes: InsertOutcome[]) => unknown]>([
      ['null', () => [null]],
      ['a text', () => ['stored']],
      ['an object without a word', () => [{}]],
      ['a replay that is no boolean', () => [{ replayed: 'false' }]],
      ['a conflict that is none', () => [{ conflict: false }]],
      ['a replay of no known time', () => [{ replayed: true }]],
      ['a replay of another time than was given', () => [{ replayed: true, createdAt: '2026-01-02 03:04:05' }]],
      ['a replay of a year that no event can have', () => [{ replayed: true, createdAt: '+012026-01-02T03:04:05.678Z' }]],
      ['a replay whose time is a Date', () => [{ replayed: true, createdAt: new Date() }]],
      ['a promise', (outcomes) => outcomes.map((outcome) => Promise.resolve(outcome))],
      ['a list that only looks like one', ([outcome]) => ({ 0: outcome, length: 1 })],
    ])('is answered with 500 where its outcome is %s', async (_what, after) => {
      const { url, repository } = await start();
      repository.after = after;
      expect((await send(url)).status).toBe(500);
      repository.after = (outcomes) => outcomes;
      expect((await send(url, 'next')).status).toBe(200);
    });

    it('is stored where its outcome says more than it must', async () => {
      const { url, repository } = await start();
      repository.after = () => [{ event: { id: 'another' }, replayed: false }];
      const { status, headers, text } = await send(url);
      expect([status, headers.get('idempotent-replayed'), JSON.parse(text).id]).toEqual([200, null, 'a']);
    });

    it('is a conflict where its outcome says that and something else', async () => {
      const { url, repository } = await start();
      repository.after = () => [{ conflict: true, replayed: false, event: SECRET }];
      const { status, text } = await send(url);
      expect(status).toBe(409);
      expect(text).not.toContain(SECRET);
    });

    it('is stored where its repository empties the list that it got', async () => {
      const { url, repository } = await start();
      repository.after = (outcomes) => outcomes;
      const { insert } = repository;
      repository.insert = async (events) => {
        const outcomes = await insert.call(repository, [...events]);
        events.splice(0);
        return outcomes;
      };
      expect((await send(url)).status).toBe(200);
    });

    it('is answered and tried again as it was sent, where its repository changes what it is given', async () => {
      const { url, repository } = await start();
      const seen: string[] = [];
      let failures = 1;
      repository.before = ([event]) => {
        seen.push(event.id);
        Object.assign(event, { id: 'another', type: 'another', _id: 5 });
        if (failures-- > 0) throw new HttpException('x', 503);
      };
      const { status, text } = await send(url);
      expect([status, seen]).toEqual([200, ['a', 'a']]);
      expect(JSON.parse(text)).toMatchObject({ id: 'a', type: 't' });
    });

    it.each<[what: string, error: unknown, status: number]>([
      ['a statusCode of 404', Object.assign(new Error(SECRET), { statusCode: 404 }), 500],
      ['a status of 409', Object.assign(new Error(SECRET), { status: 409, expose: true }), 500],
      ['a getStatus() of 418', { getStatus: () => 418, message: SECRET }, 500],
      ['a Nest exception of 403', new HttpException(SECRET, 403), 500],
      ['a getStatus() that throws', { getStatus: () => JSON.parse('{'), message: SECRET }, 500],
      ['a statusCode of 502', Object.assign(new Error(SECRET), { statusCode: 502 }), 500],
      ['nothing', undefined, 500],
      ['a statusCode of 503', Object.assign(new Error(SECRET), { statusCode: 503 }), 503],
      ['a Nest exception of 503', new HttpException(SECRET, 503), 503],
    ])('whose store fails with %s does not tell the caller so', async (_what, error, expected) => {
      const { url, repository } = await start();
      repository.before = () => Promise.reject(error);
      const { status, text } = await send(url);
      expect(status).toBe(expected);
      expect(text).not.toContain('secret');
      const plain = await start();
      plain.repository.before = () => Promise.reject(expected === 503 ? new HttpException('x', 503) : new Error('x'));
      const { detail } = JSON.parse((await send(plain.url)).text);
      expect(JSON.parse(text)).toMatchObject({ detail });
    });
  });

  describe('a key', () => {
    const good: ApiKey = { id: 'stored', digest: DIGEST, scopes: ['events:write'] };

    @Controller('own')
    @UseGuards(ApiKeyGuard)
    class OwnController {
      @Get()
      get() {
        return 'in';
      }
    }

    async function start(find: (digest: string) => unknown, options: EventLogOptions = {}) {
      class CarelessKeyStore extends ApiKeyStore {
        findByDigest(digest: string) {
          return find(digest) as undefined;
        }
      }
      const imports = [EventLogModule.forRoot({ ...options, keyStore: { store: CarelessKeyStore } })];
      const { url } = await createApp(adapter, { imports, controllers: [OwnController] });
      const own = async () => (await fetch(`${url}/own`, { headers: { authorization: `Bearer ${KEY}` } })).status;
      return { url, own };
    }

    it.each<[what: string, nothing: unknown]>([
      ['null', null],
      ['a promise of null', Promise.resolve(null)],
      ['a promise of undefined', Promise.resolve(undefined)],
      ['a thenable of null', { then: (resolve: (key: null) => void) => resolve(null) }],
    ])('is unknown where its store answers %s', async (_what, nothing) => {
      const { url, own } = await start(() => nothing);
      const lines = listen();
      const { status, headers } = await send(url);
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="events", error="invalid_token"']);
      expect(await own()).toBe(401);
      expect(lines).toEqual([]);
    });

    it('is known where its store answers a thenable that is no Promise', async () => {
      const { url, own } = await start(() => ({ then: (resolve: (key: ApiKey) => void) => setTimeout(resolve, 5, good) }));
      expect([(await send(url)).status, await own()]).toEqual([200, 200]);
    });

    it('is refused in time where a thenable never settles', async () => {
      const { url } = await start(() => ({ then: () => undefined }), { answerTimeout: 400 });
      const { status, ms } = await send(url);
      expect(status).toBe(503);
      expect(ms).toBeLessThan(400);
    });

    it.each<[what: string, error: unknown]>([
      ['an error', new Error(SECRET)],
      ['a statusCode of 404', Object.assign(new Error(SECRET), { statusCode: 404 })],
      ['a Nest exception of 403', new HttpException(SECRET, 403)],
      ['a Nest exception of 503', new HttpException(SECRET, 503)],
      ['nothing', undefined],
    ])('is refused with 503 where its store throws %s, and the log says why', async (_what, error) => {
      for (const fail of [
        () => Promise.reject(error),
        () => {
          throw error;
        },
      ]) {
        const { url, own } = await start(fail);
        const lines = listen();
        const { status, text } = await send(url);
        expect(status).toBe(503);
        expect(text).not.toContain('secret');
        expect(lines.filter((line) => line.includes(error === undefined ? 'could not be looked up' : SECRET))).toHaveLength(1);
        expect(await own()).toBe(503);
        await closeApps();
      }
    });

    it.each<[what: string, change: object]>([
      ['an expiry that is an invalid Date', { expiresAt: new Date(Number.NaN) }],
      ['an expiry that is NaN', { expiresAt: Number.NaN }],
      ['an expiry that is 0', { expiresAt: 0 }],
      ['an expiry that is a number', { expiresAt: Date.now() + 60_000 }],
      ['an expiry that is a text', { expiresAt: 'tomorrow' }],
      ['an expiry that is empty', { expiresAt: '' }],
      ['an expiry that is an object', { expiresAt: { year: 2099 } }],
      ['no scopes', { scopes: undefined }],
      ['scopes that are null', { scopes: null }],
      ['scopes that are a text', { scopes: 'events:write' }],
      ['scopes that hold what is no text', { scopes: ['events:write', 5] }],
      ['a project that is a number', { projectId: 5 }],
      ['a project that is false', { projectId: false }],
      ['a project that no event could have', { projectId: 'x'.repeat(256) }],
      ['an integration that is a list', { integrationId: ['i'] }],
      ['origins that are a text', { allowedOrigins: '*' }],
      ['origins that hold what is no text', { allowedOrigins: ['*', null] }],
      ['entity types that are a text', { entityTypes: 'search' }],
      ['entity types that hold what is no text', { entityTypes: ['search', null] }],
      ['entity types that are empty', { entityTypes: [] }],
      ['an unknown kind', { kind: 'admin' }],
      ['a kind that is a number', { kind: 1 }],
      ['a rate limit that is a number', { rateLimit: 5 }],
      ['a rate limit of NaN', { rateLimit: { limit: Number.NaN, ttl: 60_000 } }],
      ['a rate limit without a time', { rateLimit: { limit: 5 } }],
      ['a rate limit that is a text', { rateLimit: { limit: '5', ttl: '60000' } }],
    ])('is refused with 401 and one warning where it has %s', async (_what, change) => {
      const { url, own } = await start(() => ({ ...good, ...change }));
      const lines = listen();
      for (let i = 0; i < 3; i++) {
        const { status, headers } = await send(url);
        expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="events", error="invalid_token"']);
      }
      expect(await own()).toBe(401);
      const [field] = Object.keys(change);
      expect(lines.filter((line) => line.includes("'stored'") && line.includes(`\`${field}\``))).toHaveLength(1);
    });

    it('is refused from the moment on at which its store makes it unreadable', async () => {
      const key = { ...good };
      const { url } = await start(() => key);
      expect((await send(url)).status).toBe(200);
      Object.assign(key, { scopes: 'no-events:write' });
      expect((await send(url)).status).toBe(401);
    });

    it('that has a rate limit is refused where nothing can count it, and the log says what is missing', async () => {
      const { url } = await start(() => ({ ...good, rateLimit: { limit: 5, ttl: 60_000 } }));
      const lines = listen();
      expect((await send(url)).status).toBe(500);
      expect(lines).toEqual([expect.stringContaining('ThrottlerModule.forRoot()'), ...lines.slice(1)]);
    });

    it.each(['a text', 5, true, [good]])('is refused with 401 where its store answers %p for it', async (garbage) => {
      const { url } = await start(() => garbage);
      expect((await send(url)).status).toBe(401);
    });

    it('is refused once it has expired, and passes with what a database gives for nothing', async () => {
      const nothing = {
        kind: null,
        projectId: null,
        integrationId: null,
        entityTypes: null,
        allowedOrigins: null,
        rateLimit: null,
        expiresAt: null,
      };
      expect((await send((await start(() => ({ ...good, ...nothing }))).url)).status).toBe(200);
      const soon = { ...good, expiresAt: new Date(Date.now() + 1_000) };
      const { url } = await start(() => soon);
      expect((await send(url)).status).toBe(200);
      await delay(1_000);
      expect((await send(url)).status).toBe(401);
    });
  });

  describe('a count of requests', () => {
    const rateLimit = { limit: 3, ttl: 60_000 };

    /** Counts in memory, and answers first what `faults` say. */
    class CarelessStorage implements ThrottlerStorage {
      calls = 0;
      readonly #storage = new ThrottlerStorageService();

      constructor(private readonly faults: ((counted: ReturnType<ThrottlerStorage['increment']>) => unknown)[]) {}

      increment(...hit: Parameters<ThrottlerStorage['increment']>) {
        const counted = this.#storage.increment(...hit);
        if (hit[0] === 'boot') return counted; // of no request: a storage that connects late does so before the first one
        this.calls++;
        return (this.faults.shift()?.(counted) ?? counted) as typeof counted;
      }
    }

    async function start(faults: ConstructorParameters<typeof CarelessStorage>[0], answerTimeout = 2_000) {
      const storage = new CarelessStorage(faults);
      const imports = [
        ThrottlerModule.forRoot({ throttlers: [], storage }),
        EventLogModule.forRoot({ apiKeys, rateLimit, answerTimeout }),
      ];
      const { url } = await createApp(adapter, { imports });
      const statuses = async (count: number) => {
        const seen: number[] = [];
        for (let i = 0; i < count; i++) seen.push((await send(url)).status);
        return seen;
      };
      return { url, statuses, storage };
    }

    const record = { totalHits: 1, timeToExpire: 60, isBlocked: true, timeToBlockExpire: 60 };

    it.each<[what: string, garbage: unknown]>([
      ["isBlocked: 'no'", { ...record, isBlocked: 'no' }],
      ['isBlocked: 1', { ...record, isBlocked: 1 }],
      ['a time of NaN', { ...record, timeToBlockExpire: Number.NaN }],
      ['hits of NaN', { ...record, isBlocked: false, totalHits: Number.NaN }],
      ['hits as text', { ...record, isBlocked: false, totalHits: '1' }],
      ['an empty object', {}],
      ['false', false],
    ])('that answers %s lets this one request pass uncounted, and the next is counted', async (_what, garbage) => {
      const { url, statuses } = await start([() => Promise.resolve(garbage)]);
      const lines = listen();
      const { status, headers } = await send(url);
      expect([status, headers.get('ratelimit-limit'), headers.get('retry-after')]).toEqual([200, null, null]);
      expect((await send(url)).headers.get('ratelimit-limit')).toBe('3');
      expect(await statuses(3)).toEqual([200, 429, 429]);
      expect(lines.filter((line) => line.includes('rate limit'))).toHaveLength(1);
    });

    it.each([
      ['a fraction', 1.5, '2'],
      ['more than the window', 1e21, '60'],
      ['less than nothing', -3, '1'],
    ])('that answers a time of %s tells whole seconds of the window', async (_what, time, told) => {
      const blocked = { ...record, timeToBlockExpire: time };
      const { url } = await start([() => Promise.resolve(blocked)]);
      const { status, headers } = await send(url);
      expect([status, headers.get('retry-after'), headers.get('ratelimit-reset')]).toEqual([429, told, told]);
    });

    it('of a key whose id is no text is a count all the same', async () => {
      class NumberedKeyStore extends ApiKeyStore {
        findByDigest(digest: string) {
          return { id: 5n as unknown as string, digest, scopes: ['events:write' as const], rateLimit };
        }
      }
      const imports = [
        ThrottlerModule.forRoot({ throttlers: [] }),
        EventLogModule.forRoot({ keyStore: { store: NumberedKeyStore } }),
      ];
      const { url } = await createApp(adapter, { imports });
      const statuses = [await send(url), await send(url), await send(url), await send(url)].map(({ status }) => status);
      expect(statuses).toEqual([200, 200, 200, 429]);
    });

    it('that is slow once lets this one request pass, and not all for a second', async () => {
      const slow = (counted: Promise<unknown>) => counted.then((value) => delay(1_000, value));
      const { statuses, storage } = await start([slow]);
      expect(await statuses(5)).toEqual([200, 200, 200, 429, 429]);
      expect(storage.calls).toBe(5);
    });

    it('that fails three times in a row is not asked for a second', async () => {
      const fail = () => Promise.reject(new Error('down'));
      const { statuses, storage } = await start([fail, fail, fail]);
      expect(await statuses(6)).toEqual(Array(6).fill(200));
      expect(storage.calls).toBe(3);
      await delay(1_000);
      await statuses(1);
      expect(storage.calls).toBe(4);
    });

    it('that answers late is in force again at once', async () => {
      const slow = (counted: Promise<unknown>) => counted.then((value) => delay(700, value));
      const { statuses, storage } = await start([slow, slow, slow]);
      expect(await statuses(3)).toEqual([200, 200, 200]);
      await delay(700);
      expect(await statuses(1)).toEqual([429]);
      expect(storage.calls).toBe(4);
    });
  });
});

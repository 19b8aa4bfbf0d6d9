import { Controller, Get, Logger, type LoggerService } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule, type ThrottlerStorage, ThrottlerStorageService } from '@nestjs/throttler';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ApiKey,
  apiKeyDigest,
  type ApiKeyOptions,
  ApiKeyStore,
  type EventLogExtras,
  EventLogModule,
  type EventLogOptions,
  EventRepository,
  InMemoryEventRepository,
} from 'nestjs-event-log';
import { clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp, type CreateAppOptions } from './utils/create-app.js';
import { newEvent } from './utils/events.js';
import { ownTime } from './utils/own-time.js';

Logger.overrideLogger(false);

const SITE: ApiKeyOptions = { id: 'site', key: 'key-of-the-site', scopes: ['events:write'] };
const OTHER: ApiKeyOptions = { id: 'other', key: 'key-of-another', scopes: ['events:write'] };
const PAGE: ApiKeyOptions = { id: 'page', key: 'key-of-the-page', kind: 'web', allowedOrigins: ['*'] };
const apiKeys = [SITE, OTHER, PAGE];
const rateLimit = { limit: 3, ttl: 60_000 };

class StoredKeyStore extends ApiKeyStore {
  findByDigest(digest: string): ApiKey | undefined {
    if (digest !== apiKeyDigest('stored-key')) return undefined;
    return { id: 'stored', digest, scopes: ['events:write'], rateLimit: { limit: 1, ttl: 60_000 } };
  }
}

@Controller()
class HostController {
  @Get('hello')
  hello() {
    return 'hello';
  }
}

afterEach(closeApps);

describe.each(ADAPTERS)('A rate limit on %s', (adapter) => {
  async function start(
    options: EventLogOptions & EventLogExtras = { rateLimit },
    storage?: ThrottlerStorage,
    appOptions?: CreateAppOptions,
  ) {
    const imports = [ThrottlerModule.forRoot({ throttlers: [], storage }), EventLogModule.forRoot({ apiKeys, ...options })];
    const { app, url } = await createApp(adapter, { imports }, appOptions);
    const repository = app.get<InMemoryEventRepository>(EventRepository, { strict: false });
    const client = clientOf(url);
    const post = ({ key } = SITE, headers: Record<string, string> = {}, event: unknown = newEvent()) =>
      client.log(event, { key, headers });
    const statuses = async (count: number, key?: ApiKeyOptions, headers?: Record<string, string>) => {
      const seen: number[] = [];
      for (let i = 0; i < count; i++) seen.push((await post(key, headers)).status);
      return seen;
    };
    return { url, repository, post, statuses };
  }

  it('a rate limit is told in the headers of each answer, and beyond it 429 says when to come back', async () => {
    const { post, repository } = await start();
    for (const remaining of ['2', '1', '0']) {
      const { status, headers } = await post();
      expect(status).toBe(200);
      expect(headers.get('ratelimit-limit')).toBe('3');
      expect(headers.get('ratelimit-remaining')).toBe(remaining);
      expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(50);
      expect(headers.get('retry-after')).toBeNull();
    }
    const { status, headers, text } = await post(SITE, { 'x-request-id': 'trace-1' });
    expect(status).toBe(429);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(headers.get('ratelimit-remaining')).toBe('0');
    expect(headers.get('retry-after')).toMatch(/^(59|60)$/);
    expect(headers.get('retry-after')).toBe(headers.get('ratelimit-reset'));
    const detail = `Too many requests; send it again in ${headers.get('retry-after')} s`;
    const code = 'too_many_requests';
    const title = 'Too Many Requests';
    const members = { title, status: 429, detail, instance: '/events', requestId: 'trace-1', code };
    expect(JSON.parse(text)).toEqual({ ...members, error: { code, message: detail } });
    expect(repository.events).toHaveLength(3);
  });

  it('a rate limit counts each key alone, and no request without a valid one', async () => {
    const { post, statuses } = await start();
    expect(await statuses(5, { ...SITE, key: 'unknown-key' })).toEqual([401, 401, 401, 401, 401]);
    expect((await post({ ...SITE, key: 'unknown-key' })).headers.get('ratelimit-limit')).toBeNull();
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    expect(await statuses(4, OTHER)).toEqual([200, 200, 200, 429]);
  });

  it('a rate limit counts refused events too, and tells so', async () => {
    const { post, statuses } = await start();
    expect((await post(SITE, {}, '{}')).headers.get('ratelimit-remaining')).toBe('2');
    expect((await post(SITE, { 'content-type': 'text/plain' })).headers.get('ratelimit-remaining')).toBe('1');
    expect(await statuses(2)).toEqual([200, 429]);
  });

  it('a rate limit lets requests pass again once the time has passed', async () => {
    const { post, statuses } = await start({ rateLimit: { limit: 1, ttl: 1_000 } });
    expect(await statuses(2)).toEqual([200, 429]);
    await delay(Number((await post()).headers.get('retry-after')) * 1_000 + 50);
    expect(await statuses(1)).toEqual([200]);
  });

  it('a rate limit of a key is its own', async () => {
    const own = { ...SITE, rateLimit: { limit: 1, ttl: 60_000 } };
    const { statuses } = await start({ apiKeys: [own, OTHER], rateLimit: { limit: 2, ttl: 60_000 } });
    expect(await statuses(3)).toEqual([200, 429, 429]);
    expect(await statuses(3, OTHER)).toEqual([200, 200, 429]);
  });

  it('a rate limit of one key alone leaves the others without', async () => {
    const { post, statuses } = await start({ apiKeys: [{ ...SITE, rateLimit }, OTHER] });
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    expect(await statuses(10, OTHER)).toEqual(Array(10).fill(200));
    expect((await post(OTHER)).headers.get('ratelimit-limit')).toBeNull();
  });

  it('a rate limit of a key of the keyStore counts too', async () => {
    const { statuses } = await start({ apiKeys, keyStore: { store: StoredKeyStore } });
    expect(await statuses(2, { ...SITE, key: 'stored-key' })).toEqual([200, 429]);
    expect(await statuses(5)).toEqual(Array(5).fill(200));
  });

  it('a rate limit is shared by instances whose ThrottlerModule has the same storage', async () => {
    const storage = new ThrottlerStorageService();
    const [first, second] = [await start(undefined, storage), await start(undefined, storage)];
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 ? first : second).post()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
    const [alone, other] = [await start(), await start()];
    expect([await alone.statuses(3), await other.statuses(3)].flat()).toEqual(Array(6).fill(200));
  });

  it('a rate limit of a web key is for each client address, as the host trusts its proxy', async () => {
    const { statuses } = await start({ rateLimit }, undefined, { trustProxy: true });
    const from = (address: string) => ({ 'x-forwarded-for': address });
    expect(await statuses(4, PAGE, from('203.0.113.1'))).toEqual([200, 200, 200, 429]);
    expect(await statuses(4, PAGE, from('203.0.113.2'))).toEqual([200, 200, 200, 429]);
    expect(await statuses(2, PAGE, from('2001:db8::1'))).toEqual([200, 200]);
    expect(await statuses(2, PAGE, from('2001:db8::ffff:2'))).toEqual([200, 429]); // who has the one has the other
    expect(await statuses(1, PAGE, from('2001:db8:0:1::1'))).toEqual([200]);
    expect(await statuses(3, SITE, from('203.0.113.1'))).toEqual([200, 200, 200]);
    expect(await statuses(1, SITE, from('203.0.113.2'))).toEqual([429]);
  });

  const spellings: [what: string, addresses: string[]][] = [
    ['with a port each', [1, 2, 3, 4, 5].map((n) => `203.0.113.8:5000${n}`)],
    ['of IPv6 with a port each', [1, 2, 3, 4, 5].map((n) => `[2001:db8::${n}]:5000${n}`)],
    [
      'as IPv4 and mapped to IPv6',
      ['203.0.113.8', '::ffff:203.0.113.8', '::ffff:cb00:7108', '203.0.113.8:1', '[::FFFF:203.0.113.8]:2'],
    ],
    ['with a zone', ['fe80::1%1', 'fe80::1%2', 'fe80::1%3', 'fe80::1', '[fe80::1%4]:4']],
    ['that are none', ['unknown', '_hidden', 'a.example', '203.0.113.300', '203.0.113.8:a']],
  ];
  it.each(spellings)('of a web key takes addresses %s for one client', async (_what, addresses) => {
    const { post } = await start({ rateLimit: { limit: 2, ttl: 60_000 } }, undefined, { trustProxy: true });
    const seen: number[] = [];
    for (const address of addresses) seen.push((await post(PAGE, { 'x-forwarded-for': address })).status);
    expect(seen).toEqual([200, 200, 429, 429, 429]);
  });

  it('a rate limit of a web key does not believe a client its address where the host trusts no proxy', async () => {
    const { statuses } = await start();
    expect(await statuses(3, PAGE, { 'x-forwarded-for': '203.0.113.1' })).toEqual([200, 200, 200]);
    expect(await statuses(1, PAGE, { 'x-forwarded-for': '203.0.113.2' })).toEqual([429]);
  });

  it('a rate limit answers before a body is read', async () => {
    const { url, statuses } = await start({ rateLimit: { limit: 1, ttl: 60_000 } });
    await statuses(1);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += chunk)).on('error', () => undefined);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    const began = ownTime();
    socket.write(`POST /events HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${SITE.key}\r\nContent-Length: 10000000000\r\n\r\n{`);
    await closed;
    expect(text).toMatch(/^HTTP\/1\.1 429 /);
    expect(ownTime() - began).toBeLessThan(5_000);
  });

  it('a rate limit is in force for the first request already, where its storage takes its time to connect', async () => {
    class ConnectingStorage extends ThrottlerStorageService {
      #connected?: Promise<unknown>;

      override async increment(...hit: Parameters<ThrottlerStorage['increment']>) {
        await (this.#connected ??= delay(1_000));
        return super.increment(...hit);
      }
    }
    const { post } = await start({ rateLimit, answerTimeout: 5_000 }, new ConnectingStorage());
    const answers = await Promise.all(Array.from({ length: 10 }, () => post()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(rateLimit.limit);
  });

  describe('whose storage fails', () => {
    class FailingStorage implements ThrottlerStorage {
      calls = 0;
      isDown = true;
      readonly #storage = new ThrottlerStorageService();

      constructor(private readonly failure: () => Promise<never>) {}

      increment(...hit: Parameters<ThrottlerStorage['increment']>) {
        this.calls++;
        return this.isDown ? this.failure() : this.#storage.increment(...hit);
      }
    }

    it.each([
      ['at once', () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:6379'))],
      [
        'by throwing',
        () => {
          throw new Error('Connection is closed.');
        },
      ],
      ['by never answering', () => new Promise<never>(() => {})],
    ])(
      'a rate limit whose storage fails %s is not in force: no event is lost or late, one line says so, and it is asked again after a second',
      async (_how, failure) => {
        const warnings: string[] = [];
        const ignore = () => undefined;
        const logger: LoggerService = { log: ignore, error: ignore, warn: (line: unknown) => warnings.push(String(line)) };
        const storage = new FailingStorage(failure);
        const { post, statuses, repository } = await start({ rateLimit, answerTimeout: 5_000 }, storage);
        Logger.overrideLogger(logger);
        const began = ownTime();
        const answers = await Promise.all(Array.from({ length: 10 }, () => post()));
        expect(ownTime() - began).toBeLessThan(2_500);
        expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
        expect(answers[0].headers.get('ratelimit-limit')).toBeNull();
        const asked = storage.calls;
        expect(await statuses(5)).toEqual(Array(5).fill(200));
        expect(storage.calls).toBe(asked);
        expect(repository.events).toHaveLength(15);
        expect(warnings.filter((line) => line.includes('rate limit'))).toHaveLength(1);
        Logger.overrideLogger(false);
        storage.isDown = false;
        await delay(1_000);
        expect(await statuses(4)).toEqual([200, 200, 200, 429]);
      },
    );
  });

  describe('in a host that limits its own routes', () => {
    const startHost = async (withEventLog: boolean) => {
      const { url } = await createApp(adapter, {
        imports: [
          ThrottlerModule.forRoot([{ limit: 4, ttl: 60_000 }]),
          ...(withEventLog ? [EventLogModule.forRoot({ apiKeys, rateLimit: { limit: 1, ttl: 60_000 } })] : []),
        ],
        controllers: [HostController],
        providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
      });
      return url;
    };
    const hello = async (url: string) => {
      const { status, headers } = await fetch(`${url}/hello`);
      return { status, headers: { ...Object.fromEntries(headers), date: '' } };
    };

    it("a rate limit leaves the host's own limits and headers as they are, and is counted apart", async () => {
      const [url, plain] = [await startHost(true), await startHost(false)];
      const send = () => clientOf(url, SITE.key).log();
      const post = async () => (await send()).status;
      for (let i = 0; i < 2; i++) expect(await hello(url)).toEqual(await hello(plain));
      expect([await post(), await post(), await post()]).toEqual([200, 429, 429]);
      for (let i = 0; i < 4; i++) expect(await hello(url)).toEqual(await hello(plain));
      expect((await hello(url)).status).toBe(429);
      expect(await post()).toBe(429);
      const refusedByHost = await send();
      expect(refusedByHost.header('ratelimit-limit')).toBeNull();
      expect(refusedByHost.json()).toMatchObject({ status: 429, code: 'too_many_requests' });
    });
  });
});

describe('A host that sets a rate limit', () => {
  it.each([
    ['for all keys', { apiKeys, rateLimit }],
    ['for one key', { apiKeys: [{ ...SITE, rateLimit }] }],
  ])('a host that sets a rate limit %s and imports no ThrottlerModule does not boot', async (_which, options) => {
    const boot = createApp('express', { imports: [EventLogModule.forRoot(options)] });
    await expect(boot).rejects.toThrow(/`rateLimit`.*install @nestjs\/throttler.*import ThrottlerModule\.forRoot\(\)/);
  });

  it('a host that sets no rate limit needs no ThrottlerModule', async () => {
    const { url } = await createApp('express', { imports: [EventLogModule.forRoot({ apiKeys })] });
    const answer = await clientOf(url, SITE.key).log();
    expect([answer.status, answer.header('ratelimit-limit')]).toEqual([200, null]);
  });

  it('a rate limit from a factory, and ThrottlerModule from one too, counts', async () => {
    const { url } = await createApp('express', {
      imports: [
        EventLogModule.forRootAsync({
          useFactory: async () => Promise.resolve({ apiKeys, rateLimit: { limit: 1, ttl: 60_000 } }),
        }),
        ThrottlerModule.forRootAsync({ useFactory: async () => delay(20, []) }),
      ],
    });
    const post = async () => (await clientOf(url, SITE.key).log()).status;
    expect([await post(), await post()]).toEqual([200, 429]);
  });
});

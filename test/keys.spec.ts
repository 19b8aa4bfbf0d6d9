import { Controller, Get, type INestApplication, type LoggerService, Module, Req, UseGuards } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { type AuthenticatedRequest, ApiKeyGuard, ApiKeyStore, EventLogModule, RequireScopes } from 'nestjs-event-log';
import {
  ApiKeyEntity,
  ApiKeyService,
  EventEntity,
  typeOrmApiKeys,
  type TypeOrmApiKeysOptions,
  typeOrmStorage,
} from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { ADAPTERS, type Adapter, closeApps, createApp } from './utils/create-app.js';
import {
  dataSourceOptions,
  startMysql,
  startPostgres,
  startSqlite,
  type TestDatabase,
  undoMigrations,
} from './utils/databases.js';

const TABLE = 'event_log_api_keys';
const DAY = 24 * 60 * 60 * 1000;
const CONFIGURED = { id: 'configured', key: 'configured-key', scopes: ['events:write', 'events:read'] } as const;
const EVENT = JSON.stringify({ entityType: 'search', type: 'search_submitted', searchQuery: 'nest' });

const ENGINES: { engine: string; start: () => Promise<TestDatabase | undefined>; skipped?: string }[] = [
  { engine: 'SQLite', start: startSqlite },
  { engine: 'PostgreSQL', start: startPostgres },
  { engine: 'MySQL or MariaDB', start: startMysql, skipped: process.env.TEST_MYSQL_URL ? undefined : 'set TEST_MYSQL_URL' },
];

/** A route of the host that tells what the guard let pass. */
@Controller('whoami')
@UseGuards(ApiKeyGuard)
@RequireScopes('events:read')
class WhoAmIController {
  @Get()
  tell(@Req() { apiKey }: AuthenticatedRequest) {
    return { ...apiKey, digest: undefined };
  }
}

/** What the database was asked about keys. */
class QueryLog {
  readonly queries: string[] = [];

  /** The queries about keys while `work` ran. */
  async during(work: () => Promise<unknown>): Promise<string[]> {
    const start = this.queries.length;
    await work();
    return this.queries.slice(start);
  }

  readonly logger = {
    logQuery: (query: string) => {
      if (query.includes(TABLE)) this.queries.push(query);
    },
    logQueryError: () => undefined,
    logQuerySlow: () => undefined,
    logSchemaBuild: () => undefined,
    logMigration: () => undefined,
    log: () => undefined,
  };
}

class Lines implements LoggerService {
  readonly all: string[] = [];
  readonly log = (...parts: unknown[]) => void this.all.push(inspect(parts, { depth: 8 }));
  readonly error = this.log;
  readonly warn = this.log;
}

interface Host {
  app: INestApplication;
  url: string;
  keys: ApiKeyService;
  dataSource: DataSource;
  queries: QueryLog;
  logged: Lines;
  post(key: string): Promise<number>;
}

async function startHost(adapter: Adapter, url: string, options: TypeOrmApiKeysOptions = {}, name?: string): Promise<Host> {
  const queries = new QueryLog();
  const logged = new Lines();
  const { app, url: base } = await createApp(
    adapter,
    {
      imports: [
        TypeOrmModule.forRoot({
          ...dataSourceOptions(url, { logging: true, logger: queries.logger }),
          name,
          entities: [],
          autoLoadEntities: true,
          retryAttempts: 0,
        } as TypeOrmModuleOptions),
        EventLogModule.forRoot({
          apiKeys: [CONFIGURED],
          storage: typeOrmStorage({ dataSource: name }),
          keyStore: typeOrmApiKeys({ dataSource: name, ...options }),
        }),
      ],
      controllers: [WhoAmIController],
    },
    { logger: logged },
  );
  return {
    app,
    url: base,
    keys: app.get(ApiKeyService, { strict: false }),
    dataSource: app.get(getDataSourceToken(name), { strict: false }),
    queries,
    logged,
    post: async (key) => {
      const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
      const response = await fetch(`${base}/events`, { method: 'POST', headers, body: EVENT });
      await response.arrayBuffer();
      return response.status;
    },
  };
}

async function until(condition: () => boolean | Promise<boolean>, timeout = 5_000): Promise<void> {
  for (const deadline = Date.now() + timeout; !(await condition()); await delay(20)) {
    if (Date.now() > deadline) throw new Error('It did not become true in time.');
  }
}

const one = (text: string) => [expect.stringContaining(text)];

afterEach(closeApps);

for (const { engine, start, skipped } of ENGINES) {
  (skipped ? describe.skip : describe)(`Keys on ${engine}${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = (await start())!;
    });
    afterAll(() => database?.stop());

    describe.each(ADAPTERS)('on %s', (adapter) => {
      it('let a key pass that was made while the host runs, beside those of the options', async () => {
        const { keys, post } = await startHost(adapter, database.url);
        const { text } = await keys.create({ name: 'docs', kind: 'api' });
        expect(await post(text)).toBe(200);
        expect(await post(CONFIGURED.key)).toBe(200);
        expect(await post('unknown-key')).toBe(401);
      });

      it('bring what they were made with to the request', async () => {
        const { keys, url } = await startHost(adapter, database.url);
        const whoami = async (key: string) => {
          const response = await fetch(`${url}/whoami`, { headers: { Authorization: `Bearer ${key}` } });
          return [response.status, await response.json()];
        };
        const expiresAt = new Date(Date.now() + DAY);
        const allowedOrigins = ['https://example.com', 'https://*.example.com'];
        const all = { projectId: 'p 1', integrationId: 'é😀', allowedOrigins, expiresAt };
        const { text, key } = await keys.create({ name: 'all', kind: 'api', ...all });
        const scopes = ['events:write', 'events:read'];
        expect(await whoami(text)).toEqual([
          200,
          { id: key.id, kind: 'api', scopes, ...all, expiresAt: expiresAt.toISOString() },
        ]);
        const few = await keys.create({ name: 'few', kind: 'api', scopes: ['events:read'] });
        expect(await whoami(few.text)).toEqual([
          200,
          { id: few.key.id, kind: 'api', scopes: ['events:read'], projectId: null, integrationId: null, expiresAt: null },
        ]);
        const web = await keys.create({ name: 'web', kind: 'web', allowedOrigins: ['*'] });
        expect((await whoami(web.text))[0]).toBe(403);
      });

      it('are refused once revoked, within the age of the cache', async () => {
        const { keys, post } = await startHost(adapter, database.url, { cacheTtl: 300 });
        const { text, key } = await keys.create({ name: 'revoked', kind: 'api' });
        expect(await post(text)).toBe(200);
        await keys.revoke(key.id);
        await delay(300);
        expect(await post(text)).toBe(401);
      });

      it('are refused once expired, cached or not', async () => {
        const { keys, post } = await startHost(adapter, database.url);
        const expiresAt = new Date(Date.now() + 1_000);
        const cached = await keys.create({ name: 'expiring', kind: 'api', expiresAt });
        const uncached = await keys.create({ name: 'expiring', kind: 'api', expiresAt });
        expect(await post(cached.text)).toBe(200);
        await delay(expiresAt.getTime() - Date.now() + 20);
        expect([await post(cached.text), await post(uncached.text)]).toEqual([401, 401]);
      });

      it('are valid both while one is rotated, then only the new one', async () => {
        const { keys, post } = await startHost(adapter, database.url, { cacheTtl: 100 });
        const old = await keys.create({ name: 'rotated', kind: 'api' });
        expect(await post(old.text)).toBe(200);
        const rotated = await keys.rotate(old.key.id, { gracePeriod: 1_000 });
        await delay(150);
        expect([await post(old.text), await post(rotated.text)]).toEqual([200, 200]);
        await delay(1_000);
        expect([await post(old.text), await post(rotated.text)]).toEqual([401, 200]);
      });
    });

    describe('cost the database', () => {
      it('one query while a key is cached, however often and concurrently it is used', async () => {
        const { keys, post, queries } = await startHost('express', database.url);
        const { text } = await keys.create({ name: 'busy', kind: 'api' });
        const asked = await queries.during(async () => {
          const statuses = await Promise.all(Array.from({ length: 30 }, () => post(text)));
          for (let i = 0; i < 10; i++) statuses.push(await post(text));
          expect(new Set(statuses)).toEqual(new Set([200]));
        });
        expect(asked.filter((query) => query.startsWith('SELECT'))).toEqual(one('digest'));
      });

      it('a query each time where nothing is cached', async () => {
        const { keys, post, queries } = await startHost('express', database.url, { cacheTtl: 0 });
        const { text } = await keys.create({ name: 'uncached', kind: 'api' });
        const asked = await queries.during(async () => [await post(text), await post(text), await post(text)]);
        expect(asked.filter((query) => query.startsWith('SELECT'))).toHaveLength(3);
      });

      it('one query for an unknown key, and none for a mistyped one', async () => {
        const { keys, post, queries } = await startHost('express', database.url);
        const { text } = await keys.create({ name: 'mistyped', kind: 'api' });
        const asked = await queries.during(async () => {
          for (let i = 0; i < 5; i++) expect(await post('unknown-key')).toBe(401);
        });
        expect(asked).toEqual(one('digest'));
        const typo = text.slice(0, -10) + (text.at(-10) === 'a' ? 'b' : 'a') + text.slice(-9);
        const forMistyped = await queries.during(async () => {
          for (const mistyped of [typo, text.slice(0, -1), `${text}x`, 'evl_', 'evl_api_x', text.toLowerCase()]) {
            expect(await post(mistyped)).toBe(401);
          }
        });
        expect(forMistyped).toEqual([]);
      });

      it('one query at a time for unknown keys that come at once, which push no good key out of the cache', async () => {
        const { app, keys, post, queries } = await startHost('express', database.url);
        const { text } = await keys.create({ name: 'good', kind: 'api' });
        expect(await post(text)).toBe(200);
        const store = app.get(ApiKeyStore, { strict: false });
        const asked = await queries.during(async () => {
          for (let round = 0; round < 11; round++) {
            const madeUp = Array.from({ length: 1_000 }, () => store.findByDigest(randomBytes(32).toString('hex')));
            expect(new Set(await Promise.all(madeUp))).toEqual(new Set([undefined]));
          }
          expect(await post(text)).toBe(200);
        });
        expect(asked.filter((query) => query.startsWith('SELECT'))).toHaveLength(11);
      });

      it('one write of the last use a minute, after the answer', async () => {
        const { keys, post, queries } = await startHost('express', database.url);
        const { text, key } = await keys.create({ name: 'used', kind: 'api' });
        const lastUsed = async () => (await keys.list()).find(({ id }) => id === key.id)!.lastUsedAt;
        const before = new Date();
        const atOnce = await queries.during(() => post(text));
        expect(atOnce.filter((query) => query.startsWith('UPDATE'))).toEqual([]);
        await until(async () => (await lastUsed()) !== null);
        const after = await lastUsed();
        expect(after!.getTime()).toBeGreaterThanOrEqual(before.getTime());
        expect(after!.getTime()).toBeLessThanOrEqual(Date.now());
        const again = await queries.during(async () => {
          await post(text);
          await delay(1_200);
        });
        expect(again).toEqual([]);
      });

      it('no write of the last use for a key that is expired or unknown', async () => {
        const { keys, post, queries, app } = await startHost('express', database.url);
        const { text } = await keys.create({ name: 'late', kind: 'api', expiresAt: new Date(Date.now() + 50) });
        await delay(100);
        expect([await post(text), await post('unknown-key')]).toEqual([401, 401]);
        await app.close();
        expect(queries.queries.filter((query) => query.startsWith('UPDATE'))).toEqual([]);
      });

      it('the last use at the latest when the host shuts down', async () => {
        const { app, keys, post } = await startHost('express', database.url);
        const { text, key } = await keys.create({ name: 'closing', kind: 'api' });
        expect(await post(text)).toBe(200);
        await app.close();
        const other = await startHost('express', database.url);
        expect((await other.keys.list()).find(({ id }) => id === key.id)!.lastUsedAt).not.toBeNull();
      });
    });

    describe('while the database is gone', () => {
      it('are refused with 503 where they are not cached, and pass where they are', async () => {
        const { keys, dataSource, logged, url } = await startHost('express', database.url, {}, 'events');
        const cached = await keys.create({ name: 'cached', kind: 'api' });
        const uncached = await keys.create({ name: 'uncached', kind: 'api' });
        const read = async (key: string) => {
          const response = await fetch(`${url}/whoami`, { headers: { Authorization: `Bearer ${key}` } });
          return response.status;
        };
        expect(await read(cached.text)).toBe(200);
        await dataSource.destroy();
        expect([await read(cached.text), await read(uncached.text), await read('unknown-key')]).toEqual([200, 503, 503]);
        await dataSource.initialize();
        expect([await read(uncached.text), await read('unknown-key')]).toEqual([200, 401]);
        await expectNoSecrets(logged, [cached.text, uncached.text, 'unknown-key']);
      });

      it('are made and listed with a clear error', async () => {
        const { keys, dataSource } = await startHost('express', database.url);
        await dataSource.destroy();
        for (const work of [() => keys.list(), () => keys.create({ name: 'n', kind: 'api' }), () => keys.revoke('key_1')]) {
          await expect(work()).rejects.toMatchObject({ status: 503, message: expect.stringContaining('not available') });
        }
        await dataSource.initialize();
      });

      (engine === 'SQLite' ? it.skip : it)(
        `are refused with 503 within 5 s where it does not answer, and pass as soon as it does${engine === 'SQLite' ? ' (skipped: SQLite answers in the process)' : ''}`,
        async () => {
          const { keys, post, dataSource } = await startHost('express', database.url);
          const { text } = await keys.create({ name: 'frozen', kind: 'api' });
          const locker = await new DataSource(dataSourceOptions(database.url)).initialize();
          const runner = locker.createQueryRunner();
          await runner.query(engine === 'PostgreSQL' ? 'BEGIN' : 'SELECT 1');
          await runner.query(engine === 'PostgreSQL' ? `LOCK TABLE ${TABLE}` : `LOCK TABLES ${TABLE} WRITE`);
          const startedAt = performance.now();
          expect(await Promise.all([post(text), post(text), post('unknown-key')])).toEqual([503, 503, 503]);
          expect(performance.now() - startedAt).toBeLessThan(5_000);
          await runner.query(engine === 'PostgreSQL' ? 'COMMIT' : 'UNLOCK TABLES');
          await runner.release();
          await locker.destroy();
          expect([await post(text), await post('unknown-key')]).toEqual([200, 401]);
          expect(await dataSource.query('SELECT 1')).toHaveLength(1);
        },
      );

      it('pass though their last use can not be noted, which is only logged', async () => {
        const { keys, post, dataSource, logged } = await startHost('express', database.url);
        const { text } = await keys.create({ name: 'unnoted', kind: 'api' });
        expect(await post(text)).toBe(200);
        await dataSource.query(`ALTER TABLE ${TABLE} RENAME TO gone`);
        await until(() => logged.all.some((line) => line.includes('last use of 1 keys could not be noted')));
        await dataSource.query(`ALTER TABLE gone RENAME TO ${TABLE}`);
        expect(await post(text)).toBe(200);
        await expectNoSecrets(logged, [text]);
      });
    });

    describe('in the table', () => {
      it('are nowhere in clear, and their digest is read only where it is asked for', async () => {
        const { keys, dataSource } = await startHost('express', database.url);
        const { text } = await keys.create({ name: 'stored', kind: 'api' });
        const rows = await dataSource.query(`SELECT * FROM ${TABLE}`);
        const [, , random] = text.split('_');
        expect(JSON.stringify(rows)).not.toContain(random);
        const [entity] = await dataSource.getRepository(ApiKeyEntity).findBy({ name: 'stored' });
        expect(entity).toMatchObject({ prefix: text.slice(0, 12), kind: 'api' });
        expect(JSON.stringify(entity)).not.toContain('digest');
      });

      it('have times that every process reads alike, in whatever time zone', async () => {
        const { keys } = await startHost('express', database.url);
        const expiresAt = new Date('2999-07-01T02:03:04.567Z');
        const { key } = await keys.create({ name: 'zoned', kind: 'api', expiresAt });
        const inZone = { postgres: { extra: { options: '-c TimeZone=Asia/Kolkata' } }, mysql: { timezone: '+05:30' } };
        const options = dataSourceOptions(database.url, engine === 'PostgreSQL' ? inZone.postgres : inZone.mysql);
        const other = await new DataSource(options).initialize();
        const read = await other.getRepository(ApiKeyEntity).findOneByOrFail({ id: key.id });
        await other.destroy();
        expect([read.expiresAt, read.createdAt]).toEqual([expiresAt, key.createdAt]);
      });

      it('are left alone when the host synchronizes or generates migrations', async () => {
        const { keys, dataSource } = await startHost('express', database.url);
        const { key } = await keys.create({ name: 'kept', kind: 'api' });
        const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
        expect([...upQueries, ...downQueries].filter(({ query }) => query.includes(TABLE))).toEqual([]);
        await dataSource.synchronize();
        expect((await keys.list()).map(({ id }) => id)).toContain(key.id);
      });

      it('are in one with the entityPrefix of the data source, which undoing the migration removes', async () => {
        const entityPrefix = 'prefixed_';
        const options = { entityPrefix, migrationsTableName: 'prefixed_migrations' };
        const dataSource = await new DataSource(dataSourceOptions(database.url, options)).initialize();
        await new ApiKeyService(dataSource).create({ name: 'prefixed', kind: 'api' });
        expect(await dataSource.query(`SELECT name FROM ${entityPrefix}${TABLE}`)).toEqual([{ name: 'prefixed' }]);
        await undoMigrations(dataSource);
        await expect(dataSource.query(`SELECT name FROM ${entityPrefix}${TABLE}`)).rejects.toThrow();
        await dataSource.destroy();
      });
    });

    describe('through ApiKeyService', () => {
      const day = (days: number) => new Date(Date.now() + days * DAY);

      it('are told in clear once, when they are made', async () => {
        const { keys } = await startHost('express', database.url);
        const { text, key, ...rest } = await keys.create({ name: 'site', kind: 'web', allowedOrigins: ['*'], projectId: 'p' });
        expect(text).toMatch(/^evl_web_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}$/);
        expect(key).toEqual({
          id: expect.stringMatching(/^key_/),
          prefix: text.slice(0, 12),
          name: 'site',
          kind: 'web',
          scopes: ['events:write'],
          projectId: 'p',
          integrationId: null,
          allowedOrigins: ['*'],
          createdAt: expect.any(Date),
          expiresAt: null,
          revokedAt: null,
          replacedBy: null,
          lastUsedAt: null,
        });
        expect(rest).toEqual({});
        const listed = await keys.list();
        expect({ ...listed.at(-1) }).toEqual(key);
        expect(JSON.stringify(listed)).not.toContain(text.slice(12));
      });

      it('are made with a warning where they may be used from nowhere', async () => {
        const { keys } = await startHost('express', database.url);
        const { warning, key } = await keys.create({ name: 'site', kind: 'web' });
        expect(warning).toMatch(/nowhere.*allowed origins/);
        expect(key.allowedOrigins).toEqual([]);
        expect(await keys.create({ name: 'server', kind: 'api' })).not.toHaveProperty('warning');
      });

      it('are rotated into one with the same properties and as long to live', async () => {
        const { keys } = await startHost('express', database.url);
        const same = {
          name: 'n',
          kind: 'web',
          projectId: 'p',
          integrationId: 'i',
          allowedOrigins: ['https://example.com'],
        } as const;
        const old = await keys.create({ ...same, expiresAt: day(90) });
        const { text, key } = await keys.rotate(old.key.id);
        expect(text).not.toBe(old.text);
        expect(key).toMatchObject({ ...same, scopes: ['events:write'], replacedBy: null, revokedAt: null });
        expect(Math.abs(key.expiresAt!.getTime() - day(90).getTime())).toBeLessThan(5_000);
        const stored = (await keys.list()).find(({ id }) => id === old.key.id)!;
        expect(stored.replacedBy).toBe(key.id);
        expect(Math.abs(stored.expiresAt!.getTime() - day(1).getTime())).toBeLessThan(5_000);
      });

      it('never live longer by a rotation', async () => {
        const { keys } = await startHost('express', database.url);
        const expiresAt = day(1);
        const { key } = await keys.create({ name: 'short', kind: 'api', expiresAt });
        await keys.rotate(key.id, { gracePeriod: Number.MAX_SAFE_INTEGER });
        expect((await keys.list()).find(({ id }) => id === key.id)!.expiresAt).toEqual(expiresAt);
      });

      it('are rotated once, also when it is asked for twice at once', async () => {
        const { keys } = await startHost('express', database.url);
        const { key } = await keys.create({ name: 'contested', kind: 'api' });
        const outcomes = await Promise.allSettled([keys.rotate(key.id), keys.rotate(key.id), keys.rotate(key.id)]);
        expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
        const named = (await keys.list()).filter(({ name }) => name === 'contested');
        expect(named).toHaveLength(2);
        expect(named[0].replacedBy).toBe(named[1].id);
        await expect(keys.rotate(key.id)).rejects.toMatchObject({ status: 409, message: expect.stringContaining(named[1].id) });
      });

      it('are not rotated once they are revoked or expired', async () => {
        const { keys } = await startHost('express', database.url);
        const revoked = await keys.create({ name: 'revoked', kind: 'api' });
        const { revokedAt } = await keys.revoke(revoked.key.id);
        await expect(keys.rotate(revoked.key.id)).rejects.toMatchObject({
          status: 409,
          message: expect.stringMatching(/revoked.*create/),
        });
        expect((await keys.revoke(revoked.key.id)).revokedAt).toEqual(revokedAt);
        const expired = await keys.create({ name: 'expired', kind: 'api', expiresAt: new Date(Date.now() + 20) });
        await delay(30);
        await expect(keys.rotate(expired.key.id)).rejects.toMatchObject({
          status: 409,
          message: expect.stringMatching(/expired.*create/),
        });
      });

      it.each([
        ['an unknown id', 'key_1'],
        ['no id', undefined],
        ['a key for an id', undefined],
      ])('are not changed where there is %s, which is not repeated', async (what, given) => {
        const { keys } = await startHost('express', database.url);
        const { text } = await keys.create({ name: 'untouched', kind: 'api' });
        const id = (what === 'a key for an id' ? text : given) as string;
        const before = await keys.list();
        for (const change of [() => keys.revoke(id), () => keys.rotate(id)]) {
          await expect(change()).rejects.toMatchObject({ status: 404, message: expect.not.stringContaining('evl_') });
        }
        expect(await keys.list()).toEqual(before);
      });
    });
  });
}

/** Neither the texts of keys, nor their digests, nor the statements of the database. */
async function expectNoSecrets({ all }: Lines, texts: string[]): Promise<void> {
  const lines = all.join('\n');
  for (const text of texts) expect(lines).not.toContain(text.slice(12) || text);
  expect(lines).not.toMatch(/[0-9a-f]{64}/);
  expect(lines).not.toMatch(/SELECT|UPDATE/);
}

describe('typeOrmApiKeys()', () => {
  const boot = (options: object, moduleOptions: TypeOrmApiKeysOptions = {}) =>
    createApp('express', {
      imports: [
        TypeOrmModule.forRoot({ ...dataSourceOptions('sqlite::memory:', options), retryAttempts: 0 } as TypeOrmModuleOptions),
        EventLogModule.forRoot({ keyStore: typeOrmApiKeys(moduleOptions) }),
      ],
    });

  it('names the data source that it misses at boot', async () => {
    await expect(boot({}, { dataSource: 'other' })).rejects.toThrow(/no data source 'other'.*typeOrmApiKeys\(\{ dataSource \}\)/);
  });

  it('names the migrations that it misses at boot', async () => {
    await expect(boot({ migrationsRun: false })).rejects.toThrow(
      /no table for keys.*`eventLogMigrations`.*`migrationsRun: true`/,
    );
  });

  it('names the entity that it misses at boot', async () => {
    await expect(boot({ entities: [EventEntity] })).rejects.toThrow(/ApiKeyEntity.*`autoLoadEntities: true`.*`entities`/);
  });

  it.each([-1, 1.5, Number.NaN, '60s', null])('refuses a cacheTtl of %s', (cacheTtl) => {
    expect(() => typeOrmApiKeys({ cacheTtl: cacheTtl as number })).toThrow(/`cacheTtl`.*milliseconds from 0 and up/);
  });

  it('needs no apiKeys, and gives ApiKeyService to modules that import EventLogModule', async () => {
    const eventLog = EventLogModule.forRootAsync({ useFactory: () => ({}), keyStore: typeOrmApiKeys() });
    @Module({ imports: [eventLog], providers: [{ provide: 'admin', useFactory: (keys) => keys, inject: [ApiKeyService] }] })
    class AdminModule {}
    const { app } = await createApp('express', {
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions('sqlite::memory:'), retryAttempts: 0 }), eventLog, AdminModule],
    });
    expect(app.get('admin', { strict: false })).toBeInstanceOf(ApiKeyService);
  });
});

describe('ApiKeyService', () => {
  const faults: [fault: string, input: object, message: RegExp][] = [
    ['no name', { name: undefined }, /`name` must be a string/],
    ['an empty name', { name: '' }, /`name` must not be shorter/],
    ['a name over several lines', { name: 'a\nb' }, /`name`.*control characters/],
    ['a mistyped field', { expires: '2020-01-01T00:00:00Z' }, /Unknown field `expires` of a new key: known are .*expiresAt/],
    ['no kind', { kind: undefined }, /`kind`.*'web' or 'api'.*undefined/],
    ['an unknown kind', { kind: 'page' }, /`kind`.*'web' or 'api'/],
    ['no scopes', { scopes: [] }, /`scopes`.*'events:write' and 'events:read'/],
    ['the scope to read in a web key', { kind: 'web', scopes: ['events:read'] }, /`scopes` of a web key/],
    ['a project that is too long', { projectId: 'x'.repeat(256) }, /`projectId`.*255/],
    ['an origin with a path', { allowedOrigins: ['https://example.com/'] }, /`allowedOrigins\[0\]`.*without a path/],
    ['an expiry that is over', { expiresAt: new Date() }, /`expiresAt`.*in the future/],
    ['an expiry that no database knows', { expiresAt: new Date(8.64e15) }, /`expiresAt`/],
  ];
  it.each(faults)('refuses to make a key with %s', async (_fault, input, message) => {
    const { keys, queries } = await startHost('express', 'sqlite::memory:');
    const asked = await queries.during(async () => {
      await expect(keys.create({ name: 'faulty', kind: 'api', ...input })).rejects.toThrow(message);
      await expect(keys.create({ name: 'faulty', kind: 'api', ...input })).rejects.toThrow(TypeError);
    });
    expect(asked).toEqual([]);
  });

  it.each([-1, 1.5, Number.NaN, '24h'])('refuses to rotate with a grace period of %s', async (gracePeriod) => {
    const { keys } = await startHost('express', 'sqlite::memory:');
    await expect(keys.rotate('key_1', { gracePeriod: gracePeriod as number })).rejects.toThrow(/`gracePeriod`.*milliseconds/);
  });
});

import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type ApiKey, ApiKeyStore } from 'nestjs-event-log';
import { type ApiKeyStoreUnderTest, describeApiKeyStore } from 'nestjs-event-log/testing';
import { ApiKeyEntity } from 'nestjs-event-log/typeorm';
import { ConfiguredApiKeyStore } from '../lib/auth/configured-api-key.store.js';
import { TypeOrmApiKeyStore } from '../lib/typeorm/keys/typeorm-api-key.store.js';
import { dataSourceOptions, startMysql, startPostgres, startSqlite, type TestDatabase } from './utils/databases.js';

Logger.overrideLogger(false);

const ENGINES: { engine: string; start: () => Promise<TestDatabase | undefined>; skipped?: string }[] = [
  { engine: 'SQLite', start: startSqlite },
  { engine: 'PostgreSQL', start: startPostgres },
  { engine: 'MySQL or MariaDB', start: startMysql, skipped: process.env.TEST_MYSQL_URL ? undefined : 'set TEST_MYSQL_URL' },
];

for (const { engine, start, skipped } of ENGINES) {
  (skipped ? describe.skip : describe)(
    `the key store of typeOrmApiKeys() on ${engine}${skipped ? ` (skipped: ${skipped})` : ''}`,
    () => {
      let database: TestDatabase | undefined;
      const sources: DataSource[] = [];

      beforeAll(async () => {
        database = await start();
        for (const migrationsRun of [true, false]) {
          sources.push(await new DataSource(dataSourceOptions(database!.url, { migrationsRun })).initialize());
        }
      });
      afterAll(async () => {
        for (const source of sources) await source.destroy();
        await database?.stop();
      });

      const open = async (source: DataSource, cacheTtl: number) => {
        const store = new TypeOrmApiKeyStore(source, cacheTtl);
        await store.onModuleInit();
        return store;
      };
      const add = async (key: ApiKey) => {
        await sources[0].getRepository(ApiKeyEntity).insert({
          ...{ id: key.id, digest: key.digest, prefix: 'evl_', name: key.id, kind: key.kind, scopes: [...key.scopes] },
          ...{ projectId: key.projectId, integrationId: key.integrationId, expiresAt: key.expiresAt, createdAt: new Date() },
          entityTypes: key.entityTypes && [...key.entityTypes],
          allowedOrigins: key.allowedOrigins && [...key.allowedOrigins],
        });
      };

      describe.each([0, 60_000])('with a cacheTtl of %i', (cacheTtl) => {
        describeApiKeyStore('the contract of key stores', {
          create: async () => ({ store: await open(sources[0], cacheTtl), add }),
          createAnother: () => open(sources[1], cacheTtl),
        });
      });
    },
  );
}

/** Keys that several stores share. */
class Keys {
  readonly byDigest = new Map<string, ApiKey>();
  readonly add = async (key: ApiKey) => void this.byDigest.set(key.digest, key);
}

interface Faults {
  found?: (key: ApiKey) => unknown;
  find?: (keys: Keys, digest: string) => unknown;
}

class HostApiKeyStore extends ApiKeyStore {
  constructor(
    private readonly keys: Keys,
    private readonly faults: Faults = {},
  ) {
    super();
  }

  override async findByDigest(digest: string): Promise<ApiKey | undefined> {
    const { found = (key) => key, find = (keys) => keys.byDigest.get(digest) } = this.faults;
    const key = find(this.keys, digest) as ApiKey | undefined;
    return key && (found(key) as ApiKey | undefined);
  }
}

describeApiKeyStore('ConfiguredApiKeyStore before a store of the host', () => {
  const keys = new Keys();
  const configured = [{ id: 'configured', key: 'configured-key', scopes: ['events:write'] }] as const;
  return { store: new ConfiguredApiKeyStore(configured, new HostApiKeyStore(keys)), add: keys.add };
});

describe('describeApiKeyStore', () => {
  function suiteOf(faults: Faults = {}, isShared = true): ApiKeyStoreUnderTest {
    const keys = new Keys();
    const store = (of = keys) => new HostApiKeyStore(of, faults);
    return { create: () => ({ store: store(), add: keys.add }), createAnother: () => store(isShared ? keys : new Keys()) };
  }

  async function failuresOf(suite: ApiKeyStoreUnderTest | ApiKeyStoreUnderTest['create']) {
    const failures: Record<string, string> = {};
    const tests = new Map<string, () => Promise<void>>();
    describeApiKeyStore('store', suite, {
      describe: (_name, define) => define(),
      it: (title, run) => void tests.set(title, run),
      expect,
    });
    for (const [title, run] of tests) await run().catch((error: Error) => (failures[title] = error.message));
    expect(tests.size).toBeGreaterThan(10);
    return { titles: [...tests.keys()], failures };
  }

  const INSTANCES = 'finds a key in two instances alike';

  it('passes a store without a fault', async () => {
    const { titles, failures } = await failuresOf(suiteOf());
    expect(failures).toEqual({});
    expect(titles).toContain(INSTANCES);
  });

  it('makes no test of two instances where it is not told how to make another', async () => {
    expect((await failuresOf(suiteOf().create)).titles).not.toContain(INSTANCES);
  });

  let asked = 0;
  const sharedAnswer = (keys: Keys, digest: string) => (++asked % 3 ? keys.byDigest.get(digest) : [...keys.byDigest.values()][0]);
  const shift = (hours: number) => (key: ApiKey) => ({
    ...key,
    expiresAt: key.expiresAt && new Date(key.expiresAt.getTime() + hours * 3_600_000),
  });

  const FAULTS: [fault: string, faults: Faults, failing: string, isShared?: boolean][] = [
    [
      'compares the beginning of digests',
      { find: (keys, digest) => [...keys.byDigest.values()].find((key) => key.digest.startsWith(digest.slice(0, 32))) },
      'tells digests apart to the last digit',
    ],
    [
      'takes a digest for a pattern',
      { find: (keys, digest) => (digest.includes('%') ? [...keys.byDigest.values()][0] : keys.byDigest.get(digest)) },
      'tells digests apart to the last digit',
    ],
    [
      'forgets a key that it has found once',
      {
        find: (keys, digest) => {
          const key = keys.byDigest.get(digest);
          keys.byDigest.delete(digest);
          return key;
        },
      },
      'finds the same key again',
    ],
    ['mixes look-ups up', { find: sharedAnswer }, 'gives each of many look-ups at once its own key'],
    ['loses the project', { found: (key) => ({ ...key, projectId: null }) }, 'gives an API key back whole'],
    ['loses the kind', { found: (key) => ({ ...key, kind: undefined }) }, 'gives an API key back whole'],
    [
      'loses the origins',
      { found: (key) => ({ ...key, allowedOrigins: undefined }) },
      'gives a web key back with its origins, in order',
    ],
    [
      'gives origins as text',
      { found: (key) => ({ ...key, allowedOrigins: String(key.allowedOrigins) }) },
      'gives a web key back with its origins, in order',
    ],
    [
      'loses the entity types',
      { found: (key) => ({ ...key, entityTypes: null }) },
      'gives a key back with the entity types that it is held to',
    ],
    [
      'gives the first of the entity types alone',
      { found: (key) => ({ ...key, entityTypes: key.entityTypes?.slice(0, 1) }) },
      'gives a key back with the entity types that it is held to',
    ],
    [
      'takes no entity types for none',
      { found: (key) => ({ ...key, entityTypes: key.entityTypes ?? [] }) },
      'gives a key without project, integration, entity types, origins and expiry back without them',
    ],
    [
      'gives every scope',
      { found: (key) => ({ ...key, scopes: ['events:write', 'events:read'] }) },
      'gives a key no more than its own scopes',
    ],
    [
      'takes no project for one without a name',
      { found: (key) => ({ ...key, projectId: key.projectId ?? '' }) },
      'gives a key without project, integration, entity types, origins and expiry back without them',
    ],
    [
      'lower-cases projects',
      { found: (key) => ({ ...key, projectId: key.projectId?.toLowerCase() }) },
      'keeps the names of projects and integrations byte for byte',
    ],
    [
      'trims projects',
      { found: (key) => ({ ...key, integrationId: key.integrationId?.trimEnd() }) },
      'keeps the names of projects and integrations byte for byte',
    ],
    [
      'hides expired keys',
      { found: (key) => (key.expiresAt && key.expiresAt.getTime() <= Date.now() ? undefined : key) },
      'gives an expired key back, with the expiry by which it is refused',
    ],
    [
      'loses the expiry',
      { found: (key) => ({ ...key, expiresAt: null }) },
      'gives an expired key back, with the expiry by which it is refused',
    ],
    [
      'reads times in a zone to the east',
      { found: shift(-5) },
      'gives a key that expires in an hour back as one that is still valid',
    ],
    [
      'reads times in a zone to the west',
      { found: shift(5) },
      'gives an expired key back, with the expiry by which it is refused',
    ],
    [
      'gives times as text',
      { found: (key) => ({ ...key, expiresAt: key.expiresAt?.toISOString() }) },
      'gives times back as readable dates, to the millisecond',
    ],
    [
      'gives times that can not be read',
      { found: (key) => ({ ...key, expiresAt: key.expiresAt && new Date(Number.NaN) }) },
      'gives times back as readable dates, to the millisecond',
    ],
    [
      'drops milliseconds',
      { found: (key) => ({ ...key, expiresAt: key.expiresAt && new Date(Math.floor(key.expiresAt.getTime() / 1_000) * 1_000) }) },
      'gives times back as readable dates, to the millisecond',
    ],
    ['keeps keys in one process', {}, INSTANCES, false],
  ];

  it.each(FAULTS)('fails a store that %s', async (_fault, faults, failing, isShared = true) => {
    expect(Object.keys((await failuresOf(suiteOf(faults, isShared))).failures)).toContain(failing);
  });

  it('names the broken rule in one sentence', async () => {
    const { failures } = await failuresOf(suiteOf({ found: (key) => ({ ...key, expiresAt: null }) }));
    const rule = 'A key must come back with its id, digest, kind, scopes, project, integration and expiry as they were set.';
    expect(failures['gives an API key back whole']).toMatch(new RegExp(`^${rule}\n\n`));
  });
});

import pg from 'pg';
import { randomBytes } from 'node:crypto';
import { DataSource, DefaultNamingStrategy } from 'typeorm';
import { ApiKeyEntity, EventEntity, TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import {
  administer,
  canStartMariadbServer,
  createPostgresDatabase,
  dataSourceOptions,
  startMariadbServer,
  startMysql,
  startPostgres,
  startSqlite,
  type TestDatabase,
} from '../utils/databases.js';
import { itUnless } from '../faults/it-unless.js';
import { startTypeOrmHost } from '../utils/typeorm-host.js';

const TEXT = 'é 日本 😀 € \\ \' "';
const CREATED_AT = '2026-01-02T03:04:05.678Z';
const noMysql = process.env.TEST_MYSQL_URL ? undefined : 'set TEST_MYSQL_URL';

/** Calls every table as the host likes, also those that have a name. */
class PrefixingStrategy extends DefaultNamingStrategy {
  override tableName(target: string, given?: string): string {
    return `app_${given ?? target}`;
  }
}

interface Field {
  type: string;
}

function castOfTheHost(field: Field, next: () => unknown): unknown {
  return /BLOB|DATETIME/.test(field.type) ? { parsed: 'by the host' } : next();
}

afterEach(closeApps);

describe('a PostgreSQL database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startPostgres();
  });
  afterAll(() => database.stop());

  it.each(['LATIN1', 'EUC_JP'])(
    'that is encoded in %s is refused at boot, as it has no place for most characters',
    async (encoding) => {
      const name = `event_log_test_${randomBytes(6).toString('hex')}`;
      await administer(
        database.url,
        `CREATE DATABASE ${name} ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
      );
      const url = new URL(database.url);
      url.pathname = name;
      try {
        await expect(startTypeOrmHost('express', url.href)).rejects.toThrow(new RegExp(`UTF8, got ${encoding}.*CREATE DATABASE`));
      } finally {
        await closeApps();
        await administer(database.url, `DROP DATABASE ${name} WITH (FORCE)`);
      }
    },
  );

  it.each(['SQL, DMY', 'Postgres, MDY', 'German'])(
    'with the DateStyle %s stores and reads every time as it was',
    async (style) => {
      const own = await createPostgresDatabase(database.url);
      await administer(own.url, `ALTER DATABASE ${new URL(own.url).pathname.slice(1)} SET datestyle = '${style}'`);
      await administer(own.url, `ALTER DATABASE ${new URL(own.url).pathname.slice(1)} SET timezone = 'Asia/Kolkata'`);
      try {
        for (const adapter of ADAPTERS) {
          const { post, keys } = await startTypeOrmHost(adapter, own.url);
          const event = { id: `${adapter} ${style}`, createdAt: CREATED_AT, messageId: TEXT };
          expect((await post(event)).body).toMatchObject({ createdAt: CREATED_AT, messageId: TEXT });
          expect((await post(event)).body).toMatchObject({ createdAt: CREATED_AT, messageId: TEXT });
          const expiresAt = new Date(Date.now() + 400);
          const { text, key } = await keys.create({ name: 'short', kind: 'api', expiresAt });
          const kept = await keys.create({ name: 'kept', kind: 'api', expiresAt: new Date(Date.now() + 60_000) });
          expect((await keys.list()).find(({ id }) => id === key.id)).toEqual(key);
          await new Promise((resolve) => setTimeout(resolve, 450));
          expect([(await post({}, text)).status, (await post({}, kept.text)).status]).toEqual([401, 200]);
          await expect(keys.rotate(key.id)).rejects.toMatchObject({ status: 409 });
        }
      } finally {
        await closeApps();
        await own.stop();
      }
    },
  );

  it.each(['infinity', '-infinity', '20000-01-01'])(
    'whose key expires at %s refuses it, as no clock can tell',
    async (expiry) => {
      const { post, keys, dataSource, lines } = await startTypeOrmHost('express', database.url);
      const { text, key } = await keys.create({ name: 'odd', kind: 'api' });
      await dataSource.query('UPDATE event_log_api_keys SET expires_at = $1 WHERE id = $2', [expiry, key.id]);
      expect((await post({}, text)).status).toBe(401);
      expect(lines.all.filter((line) => line.includes(key.id))).toEqual([expect.stringContaining('expiresAt')]);
    },
  );

  it("is read alike with parsers of the host's for times, JSON and names", async () => {
    const types = [114, 1043, 1114, 1184];
    const before = types.map((type) => pg.types.getTypeParser(type));
    const { text, key } = await (
      await startTypeOrmHost('express', database.url)
    ).keys.create({
      name: 'parsed',
      kind: 'web',
      allowedOrigins: ['https://example.com'],
      expiresAt: new Date(Date.now() + 3_600_000),
    });
    for (const type of types) pg.types.setTypeParser(type, () => ({ parsed: 'by the host' }) as never);
    try {
      const { post, keys } = await startTypeOrmHost('fastify', database.url, { source: { migrationsRun: false } });
      const event = { id: 'parsed', messageId: TEXT, createdAt: CREATED_AT, properties: { a: [TEXT] } };
      const first = await post(event, text);
      expect(first).toMatchObject({ status: 200, body: event });
      expect(await post(event, text)).toEqual(first);
      expect((await keys.list()).find(({ id }) => id === key.id)).toMatchObject({ ...key, lastUsedAt: null });
    } finally {
      types.forEach((type, index) => pg.types.setTypeParser(type, before[index] as never));
    }
  });
});

(noMysql ? describe.skip : describe)(`a MySQL or MariaDB connection${noMysql ? ` (skipped: ${noMysql})` : ''}`, () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = (await startMysql())!;
  });
  afterAll(() => database.stop());

  it.each([['latin1'], ['utf8'], ['UTF8_GENERAL_CI']])(
    'with the charset %s is refused at boot with a message that names utf8mb4',
    async (charset) => {
      await expect(startTypeOrmHost('express', database.url, { source: { charset } })).rejects.toThrow(
        /`character_set_client`.*utf8mb4, got \w+.*`charset: 'utf8mb4'`/,
      );
    },
  );

  it('with the charset utf8mb4 stores what every other reader sees too', async () => {
    const { post, dataSource } = await startTypeOrmHost('express', database.url, { source: { charset: 'utf8mb4' } });
    expect((await post({ id: 'charset', messageId: TEXT })).body).toMatchObject({ messageId: TEXT });
    expect(await dataSource.query("SELECT message_id FROM event_log_events WHERE id = 'charset'")).toEqual([
      { message_id: TEXT },
    ]);
  });

  it.each([
    [{ dateStrings: true }],
    [{ supportBigNumbers: true, bigNumberStrings: true }],
    [{ extra: { typeCast: castOfTheHost } }],
    [{ extra: { namedPlaceholders: true, stringifyObjects: true } }],
    [{ extra: { jsonStrings: true, decimalNumbers: true } }],
    [{ timezone: '+05:30' }],
  ])('with %j of the host gives events and keys as they were stored', async (source) => {
    const { keys: making } = await startTypeOrmHost('express', database.url);
    const expiresAt = new Date(Date.now() + 3_600_000);
    const { text, key } = await making.create({ name: 'read', kind: 'api', expiresAt });
    const { post, keys } = await startTypeOrmHost('express', database.url, { source: { ...source, migrationsRun: false } });
    const event = { id: JSON.stringify(source), createdAt: CREATED_AT, messageId: TEXT, properties: { a: [TEXT] } };
    const first = await post(event, text);
    expect(first).toMatchObject({ status: 200, body: event });
    expect(await post(event, text)).toEqual(first);
    expect((await keys.list()).find(({ id }) => id === key.id)).toMatchObject({ expiresAt, scopes: key.scopes });
  });

  it('whose sql_mode is changed while the host runs finds the texts that callers send, and takes none for SQL', async () => {
    const { post, dataSource } = await startTypeOrmHost('express', database.url, { source: { poolSize: 1 } });
    await dataSource.query("SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'");
    const event = { id: `it\\'s ${TEXT} -- `, projectId: `\\' OR 1=1 -- `, messageId: TEXT };
    expect((await post(event)).status).toBe(200);
    expect(await post(event)).toMatchObject({ status: 200, body: event });
    expect((await post({ ...event, messageId: 'another' })).status).toBe(409);
  });

  it.each([
    ["sql_mode = 'NO_BACKSLASH_ESCAPES'", /`sql_mode`.*NO_BACKSLASH_ESCAPES/],
    ["sql_mode = 'EMPTY_STRING_IS_NULL'", /`sql_mode`.*EMPTY_STRING_IS_NULL/],
    ['autocommit = 0', /`autocommit`.*committed/],
  ])('with %s is refused at boot', async (setting, message) => {
    const source = await new DataSource(dataSourceOptions(database.url, { poolSize: 1 })).initialize();
    try {
      await source.query(`SET SESSION ${setting}`);
      await expect(new TypeOrmEventRepository(source).onModuleInit()).rejects.toThrow(message);
    } finally {
      await source.destroy();
    }
  });
});

describe('a small max_allowed_packet of MariaDB', () => {
  const run = itUnless(canStartMariadbServer ? undefined : 'mariadbd and mariadb-install-db are not installed');
  const LARGE = 'x'.repeat(1_200_000);

  run('is named at boot, splits batches, and refuses only the event that is too large, with 503', async () => {
    const server = await startMariadbServer({ max_allowed_packet: '1M' });
    try {
      for (const adapter of ADAPTERS) {
        const { post, lines, dataSource } = await startTypeOrmHost(adapter, server.url);
        const named = /at most 1048576 bytes.*`maxBodyBytes`.*max_allowed_packet/;
        expect(lines.all).toContainEqual(expect.stringMatching(named));
        const sent = await Promise.all([
          ...Array.from({ length: 12 }, () => post({ messageId: 'part', properties: { text: 'x'.repeat(300_000) } })),
          post({ messageId: 'too large', properties: { text: LARGE } }),
          ...Array.from({ length: 5 }, () => post({ messageId: 'small' })),
        ]);
        expect(sent.map(({ status }) => status)).toEqual([...Array(12).fill(200), 503, ...Array(5).fill(200)]);
        expect(await dataSource.query("SELECT 1 FROM event_log_events WHERE message_id = 'too large'")).toEqual([]);
        expect(lines.all).toContainEqual(expect.stringMatching(/event is larger than the database takes.*max_allowed_packet/));
      }
    } finally {
      await closeApps();
      await server.stop();
    }
  });

  run('is not named where `maxBodyBytes` fits into it', async () => {
    const server = await startMariadbServer({ max_allowed_packet: '1M' });
    try {
      const { lines } = await startTypeOrmHost('express', server.url, { module: { maxBodyBytes: 500_000 } });
      expect(lines.all).not.toContainEqual(expect.stringContaining('max_allowed_packet'));
    } finally {
      await closeApps();
      await server.stop();
    }
  });
});

describe.each([
  { engine: 'SQLite', start: startSqlite },
  { engine: 'PostgreSQL', start: startPostgres },
  { engine: 'MySQL or MariaDB', start: startMysql },
])('a naming strategy that renames tables on $engine', ({ engine, start }) => {
  const run = itUnless(engine === 'MySQL or MariaDB' ? noMysql : undefined);
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await start();
  });
  afterAll(() => database?.stop());

  run('names the tables of events and keys, for TypeORM as for us', async () => {
    const source = { namingStrategy: new PrefixingStrategy(), entityPrefix: 'my_', migrationsTableName: 'renamed_migrations' };
    for (const adapter of ADAPTERS) {
      const { post, keys, dataSource } = await startTypeOrmHost(adapter, database!.url, { source });
      const { text, key } = await keys.create({ name: 'renamed', kind: 'api' });
      expect((await post({ id: adapter }, text)).status).toBe(200);
      expect(await dataSource.getRepository(EventEntity).countBy({ id: adapter })).toBe(1);
      expect(await dataSource.getRepository(ApiKeyEntity).countBy({ id: key.id })).toBe(1);
      expect(await dataSource.query('SELECT id FROM my_app_event_log_api_keys')).toContainEqual({ id: key.id });
    }
  });

  run('is named where the tables were made without it', async () => {
    await (await startTypeOrmHost('express', database!.url)).app.close();
    const source = { namingStrategy: new PrefixingStrategy() };
    await expect(startTypeOrmHost('express', database!.url, { source })).rejects.toThrow(
      /no table for (?:events|keys) \(`app_event_log_\w+`\).*namingStrategy.*`event_log_\w+`.*rename/,
    );
  });
});

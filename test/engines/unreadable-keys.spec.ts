import { closeApps } from '../utils/create-app.js';
import { startMysql, startPostgres, startSqlite, type TestDatabase } from '../utils/databases.js';
import { itUnless } from '../faults/it-unless.js';
import { startTypeOrmHost } from '../utils/typeorm-host.js';

const noMysql = process.env.TEST_MYSQL_URL ? undefined : 'set TEST_MYSQL_URL';

/** What a hand, a tool or another program wrote into a row, and the field that can't be read then. */
const TEXTS = [
  ['scopes', `'"no-events:write"'`, 'scopes'],
  ['scopes', `'{}'`, 'scopes'],
  ['scopes', `'[1]'`, 'scopes'],
  ['allowed_origins', `'"*"'`, 'allowedOrigins'],
  ['allowed_origins', `'[null]'`, 'allowedOrigins'],
  ['entity_types', `'"search"'`, 'entityTypes'],
  ['entity_types', `'[1]'`, 'entityTypes'],
  ['entity_types', `'[]'`, 'entityTypes'],
  ['kind', `'page'`, 'kind'],
] as const;
const NO_TIMES = [
  ['expires_at', `'31.01.2020'`, 'expiresAt'],
  ['expires_at', `''`, 'expiresAt'],
  ['expires_at', `'never'`, 'expiresAt'],
  ['expires_at', `'2999-01-01'`, 'expiresAt'],
  ['scopes', `'events:write'`, 'scopes'],
] as const;

describe.each([
  { engine: 'SQLite', start: startSqlite, rows: [...TEXTS, ...NO_TIMES, ['expires_at', `x'00ff'`, 'expiresAt'] as const] },
  { engine: 'PostgreSQL', start: startPostgres, rows: [...TEXTS, ['expires_at', `'-infinity'`, 'expiresAt'] as const] },
  { engine: 'MySQL or MariaDB', start: startMysql, rows: [...TEXTS, ...NO_TIMES] },
])('a row of a key on $engine', ({ engine, start, rows }) => {
  const run = itUnless(engine === 'MySQL or MariaDB' ? noMysql : undefined);
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await start();
  });
  afterEach(closeApps);
  afterAll(() => database?.stop());

  run('that can not be read is refused with one warning, listed as unreadable, and never rotated', async () => {
    for (const [column, value, field] of rows) {
      const { keys, post, dataSource, lines } = await startTypeOrmHost('express', database!.url, { keys: { cacheTtl: 0 } });
      const { text, key } = await keys.create({ name: 'n', kind: 'api' });
      expect((await post({}, text)).status).toBe(200);
      await dataSource.query(`UPDATE event_log_api_keys SET ${column} = ${value} WHERE id = '${key.id}'`);
      const statuses = [(await post({}, text)).status, (await post({}, text)).status];
      expect([column, value, ...statuses]).toEqual([column, value, 401, 401]);
      const warnings = lines.all.filter((line) => line.includes(key.id));
      expect(warnings).toEqual([expect.stringMatching(new RegExp(`refused.*\\(${field}\\)`))]);
      const listed = (await keys.list()).find(({ id }) => id === key.id)!;
      expect(listed).toMatchObject({ name: 'n', unreadable: [field] });
      expect(JSON.parse(JSON.stringify(listed))).toMatchObject({ unreadable: [field] });
      await expect(keys.rotate(key.id)).rejects.toMatchObject({ status: 409, message: expect.stringContaining('unreadable') });
      expect((await keys.revoke(key.id)).revokedAt).toEqual(expect.any(Date));
      await closeApps();
    }
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { canStartMariadbServer, startMariadbServer, startPostgres, type TestDatabase } from '../utils/databases.js';
import { itUnless } from '../faults/it-unless.js';
import { noPgBouncer, PgBouncer } from '../utils/pgbouncer.js';
import { startTypeOrmHost, type TypeOrmHost } from '../utils/typeorm-host.js';

const MESSAGE_ID = 'é 日本 😀 \\ \' "';

async function statusesOf(host: TypeOrmHost, count: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < count; i++) statuses.push((await host.post()).status);
  return statuses;
}

const OK = (count: number) => Array(count).fill(200);

afterEach(closeApps);

describe('a prepared statement on PostgreSQL', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await startPostgres();
  });
  afterAll(() => database.stop());

  describe.each(ADAPTERS)('on %s', (adapter) => {
    itUnless(noPgBouncer)(
      'is not needed behind a PgBouncer in transaction mode, whatever else uses its connections',
      async () => {
        const bouncer = await PgBouncer.start(database.url);
        try {
          const host = await startTypeOrmHost(adapter, bouncer.url);
          const statuses: number[] = [];
          for (let round = 0; round < 10; round++) {
            // Queries of the host's take connections from under the events.
            const slow = Array.from({ length: round % 5 }, () => host.dataSource.query('SELECT pg_sleep(0.1)'));
            await delay(20);
            const sent = await Promise.all([host.post(), host.post(), host.post()]);
            statuses.push(...sent.map(({ status }) => status));
            await Promise.all(slow);
          }
          expect(statuses).toEqual(OK(30));
          const { text } = await host.keys.create({ name: 'pooled', kind: 'api' });
          expect((await host.post({ messageId: MESSAGE_ID }, text)).body).toMatchObject({ messageId: MESSAGE_ID });
        } finally {
          await closeApps();
          await bouncer.stop();
        }
      },
    );

    it('that DISCARD ALL threw away is sent again without its name', async () => {
      const host = await startTypeOrmHost(adapter, database.url, { source: { poolSize: 1 } });
      expect(await statusesOf(host, 2)).toEqual(OK(2));
      await host.dataSource.query('DISCARD ALL');
      expect(await statusesOf(host, 3)).toEqual(OK(3));
    });

    it('whose plan no longer fits the table is sent again without its name', async () => {
      const host = await startTypeOrmHost(adapter, database.url, { source: { poolSize: 1 } });
      expect(await statusesOf(host, 6)).toEqual(OK(6));
      await host.dataSource.query(
        `ALTER TABLE event_log_events ALTER COLUMN id TYPE varchar(${adapter === 'express' ? 300 : 400})`,
      );
      expect(await statusesOf(host, 3)).toEqual(OK(3));
    });
  });
});

describe('a MariaDB server without prepared statements', () => {
  const run = itUnless(canStartMariadbServer ? undefined : 'mariadbd and mariadb-install-db are not installed');

  run('stores every event, alone and in batches', async () => {
    const server = await startMariadbServer({ max_prepared_stmt_count: '0' });
    try {
      for (const adapter of ADAPTERS) {
        const host = await startTypeOrmHost(adapter, server.url);
        expect(await statusesOf(host, 2)).toEqual(OK(2));
        const sent = await Promise.all(Array.from({ length: 13 }, () => host.post({ messageId: MESSAGE_ID })));
        expect(sent.map(({ body }) => body.messageId)).toEqual(Array(13).fill(MESSAGE_ID));
      }
    } finally {
      await closeApps();
      await server.stop();
    }
  });
});

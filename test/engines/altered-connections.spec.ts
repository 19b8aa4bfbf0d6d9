import { DataSource } from 'typeorm';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines, SERVERS } from '../utils/describe-engines.js';
import { startTypeOrmHost, type TypeOrmHost } from '../utils/typeorm-host.js';

/** What careless code of a host does to a connection before it gives it back to the pool. */
const HABITS: Record<string, string[]> = {
  'in a transaction': ['START TRANSACTION'],
  'in a transaction that has failed': ['START TRANSACTION', 'SELECT no_such_column'],
  'in a transaction that has read': ['START TRANSACTION', 'SELECT 1 FROM event_log_events'],
};
const OF_POSTGRES: Record<string, string[]> = {
  'with the schema of a tenant': ['CREATE SCHEMA IF NOT EXISTS tenant', 'SET search_path TO tenant'],
};
const OF_MYSQL: Record<string, string[]> = {
  'with another database': ['USE mysql'],
  'without autocommit': ['SET SESSION autocommit = 0'],
  'with a transaction after each commit': ["SET SESSION completion_type = 'CHAIN'"],
};

async function leave({ dataSource }: TypeOrmHost, statements: string[]): Promise<void> {
  const runner = dataSource.createQueryRunner();
  for (const statement of statements) await runner.query(statement).catch(() => undefined);
  await runner.release();
}

/** How many of these ids another connection sees. */
async function committed(url: string, ids: readonly string[]): Promise<number> {
  const other = await new DataSource(dataSourceOptions(url, { migrationsRun: false })).initialize();
  try {
    const list = ids.map((id) => `'${id}'`).join();
    const [row] = await other.query<{ n: unknown }[]>(`SELECT count(*) AS n FROM event_log_events WHERE id IN (${list})`);
    return Number(row.n);
  } finally {
    await other.destroy();
  }
}

afterEach(closeApps);

describeEngines(
  'an event',
  (engine) => {
    const habits = { ...HABITS, ...(engine.name === 'PostgreSQL' ? OF_POSTGRES : OF_MYSQL) };

    describe.each(ADAPTERS)('on %s', (adapter) => {
      it.each(Object.entries(habits))('is committed when it is answered, though a connection was left %s', async (_how, left) => {
        const host = await startTypeOrmHost(adapter, engine.url, { source: { poolSize: 1 } });
        await leave(host, left);
        // More than one at a time, as those are stored in a transaction of their own.
        const answers = [await host.post(), ...(await Promise.all([host.post(), host.post(), host.post()])), await host.post()];
        expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
        const ids = answers.map(({ body }) => String(body.id));
        expect(await committed(engine.url, ids)).toBe(5);
      });

      it('is refused once its key is revoked, though a connection was left in a transaction', async () => {
        const host = await startTypeOrmHost(adapter, engine.url, { source: { poolSize: 1 }, keys: { cacheTtl: 0 } });
        const { text, key } = await host.keys.create({ name: 'left', kind: 'api' });
        await leave(host, ['START TRANSACTION']);
        await host.keys.revoke(key.id);
        expect((await host.post({}, text)).status).toBe(401);
      });
    });
  },
  SERVERS,
);

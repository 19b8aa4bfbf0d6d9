import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { QueryRefusal } from '../../lib/storage/reading/query-refusal.js';
import { readDatabaseOf } from '../../lib/typeorm/engines/read-database-of.js';
import { dataSourceOptions, startPostgres, type TestDatabase } from '../utils/databases.js';
import { noPgBouncer, PgBouncer } from '../utils/pgbouncer.js';

const describeBehind = noPgBouncer === undefined ? describe : describe.skip;

describeBehind(`Behind PgBouncer in transaction mode${noPgBouncer ? ` (skipped: ${noPgBouncer})` : ''}`, () => {
  let database: TestDatabase;
  let bouncer: PgBouncer;
  let source: DataSource;
  let direct: DataSource;

  beforeAll(async () => {
    database = await startPostgres();
    bouncer = await PgBouncer.start(database.url);
    source = await new DataSource(dataSourceOptions(bouncer.url, { migrationsRun: false })).initialize();
    direct = await new DataSource(dataSourceOptions(database.url, { migrationsRun: false })).initialize();
  });

  afterAll(async () => {
    await source.destroy();
    await direct.destroy();
    await bouncer.stop();
    await database.stop();
  });

  const read = (sql: string, timeoutMs: number, signal?: AbortSignal) =>
    readDatabaseOf(source).read({ timeoutMs, signal }, (run) => run({ sql, values: [] }));
  const busy = async () => {
    const sql = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()`;
    return (await direct.query(sql))[0].n;
  };

  it('a read that is too long is refused, and no limit stays on the connection of the server', async () => {
    await expect(read('SELECT pg_sleep(60)', 300)).rejects.toBeInstanceOf(QueryRefusal);
    const limits = await Promise.all(Array.from({ length: 10 }, () => source.query('SHOW statement_timeout')));
    expect(limits.map(([row]) => row.statement_timeout)).toEqual(Array(10).fill('0'));
    await delay(1_000);
    expect(await busy()).toBe(0);
  });

  it('a read that is given up stops on the server, and reads of others on the same connections go on', async () => {
    const gone = new Error('The caller has gone');
    const others: Promise<unknown>[] = [];
    const given: Promise<unknown>[] = [];
    for (let round = 0; round < 40; round++) {
      const caller = new AbortController();
      given.push(read('SELECT pg_sleep(60)', 30_000, caller.signal).catch((error: unknown) => error));
      others.push(...[1, 2, 3].map(() => read(`SELECT 'done' AS n FROM pg_sleep(0.02)`, 10_000)));
      await delay(30);
      caller.abort(gone);
    }
    expect(await Promise.all(given)).toEqual(Array(40).fill(gone));
    expect(await Promise.all(others)).toEqual(Array(120).fill([{ n: 'done' }]));
    await delay(1_000);
    expect(await busy()).toBe(0);
  });
});

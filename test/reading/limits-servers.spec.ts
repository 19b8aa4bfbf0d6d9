import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { QueryRefusal } from '../../lib/storage/reading/query-refusal.js';
import { readDatabaseOf } from '../../lib/typeorm/engines/read-database-of.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines, SERVERS } from '../utils/describe-engines.js';
import { ownTime } from '../utils/own-time.js';

const POOL_SIZE = 2;

describeEngines(
  'The connections of a read',
  (engine) => {
    const isPostgres = () => engine.name === 'PostgreSQL';
    let source: DataSource;
    let admin: DataSource;
    const runners: QueryRunner[] = [];

    beforeAll(async () => {
      const extra = isPostgres() ? { max: POOL_SIZE } : { connectionLimit: POOL_SIZE };
      source = await new DataSource(dataSourceOptions(engine.url, { migrationsRun: false, extra })).initialize();
      admin = await new DataSource(dataSourceOptions(engine.url, { migrationsRun: false })).initialize();
      await admin.query('CREATE TABLE numbers (n INT)');
    });

    afterEach(async () => {
      for (const runner of runners.splice(0)) await runner.release();
    });

    afterAll(async () => {
      await source.destroy();
      await admin.destroy();
    });

    const read = (sql: string, timeoutMs = 5_000, signal?: AbortSignal) =>
      readDatabaseOf(source).read({ timeoutMs, signal }, (run) => run({ sql, values: [] }));
    const count = async () => Number((await read('SELECT count(*) AS n FROM numbers'))[0].n);
    const isUnavailable = (error: unknown) => readDatabaseOf(source).isUnavailable(error);

    async function takeAll(): Promise<void> {
      for (let i = 0; i < POOL_SIZE; i++) {
        const runner = source.createQueryRunner();
        runners.push(runner);
        await runner.connect();
      }
    }

    it('have a limit of the server too, for a process that hangs', async () => {
      const sql = isPostgres() ? `SELECT current_setting('statement_timeout') AS n` : 'SELECT @@max_statement_time AS n';
      const [{ n }] = await read(sql);
      const milliseconds = isPostgres() ? parseFloat(String(n)) : Number(n) * 1_000;
      expect(milliseconds).toBeGreaterThan(4_000);
      expect(milliseconds).toBeLessThan(5_100);
    });

    it('are waited for no longer than the limit, and their lack is no fault of the query', async () => {
      await takeAll();
      const error = await read('SELECT 1 AS n', 200).catch((thrown: unknown) => thrown);
      expect(error).not.toBeInstanceOf(QueryRefusal);
      expect(isUnavailable(error)).toBe(true);
    });

    it('are not waited for when the caller has gone', async () => {
      await takeAll();
      const gone = new Error('The caller has gone');
      const caller = new AbortController();
      const reading = read('SELECT 1 AS n', 20_000, caller.signal);
      const began = ownTime();
      caller.abort(gone);
      await expect(reading).rejects.toBe(gone);
      expect(ownTime() - began).toBeLessThan(1_000);
    });

    it('are not used while a transaction of other code is open in them, which is not committed', async () => {
      const runner = source.createQueryRunner();
      await runner.query(isPostgres() ? 'BEGIN' : 'START TRANSACTION');
      await runner.query('INSERT INTO numbers VALUES (1)');
      await runner.release();
      expect([await count(), await count()]).toEqual([0, 0]);
      expect(Number((await admin.query('SELECT count(*) AS n FROM numbers'))[0].n)).toBe(0);
    });

    it('that are lost while a statement runs make the read unavailable, and the next one works', async () => {
      const slow = isPostgres() ? 'SELECT pg_sleep(60)' : "SELECT BENCHMARK(1000000000, SHA2('text', 512)) AS n";
      const reading = read(slow, 20_000).catch((thrown: unknown) => thrown);
      await delay(300);
      if (isPostgres()) {
        await admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%SELECT pg_sleep(60)' AND pid <> pg_backend_pid()`,
        );
      } else {
        const [{ id }] = await admin.query(
          `SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE '%FOR SELECT BENCHMARK%' AND id <> CONNECTION_ID()`,
        );
        await admin.query(`KILL CONNECTION ${id}`);
      }
      expect(isUnavailable(await reading)).toBe(true);
      expect(await count()).toBe(0);
    });

    it('stay open when a statement is wrong, and the fault is told as it is', async () => {
      const error = await read('SELECT nothing FROM numbers').catch((thrown: unknown) => thrown);
      expect(isUnavailable(error)).toBe(false);
      expect(String(error)).toMatch(/nothing/);
      expect(await count()).toBe(0);
    });
  },
  SERVERS,
);

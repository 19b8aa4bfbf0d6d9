import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { ReadDatabase } from '../../lib/typeorm/engines/read-database.js';
import { readDatabaseOf } from '../../lib/typeorm/engines/read-database-of.js';
import { QueryRefusal } from '../../lib/storage/reading/query-refusal.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines, type EngineName } from '../utils/describe-engines.js';
import { ownTime } from '../utils/own-time.js';

const POOL_SIZE = 4;

/** Statements that run for a minute, and what tells how many statements and transactions of others the server has. */
const SLOW: Record<EngineName, string> = {
  SQLite: 'SELECT sum(length(hex(randomblob(9000)))) AS n FROM numbers WHERE GUARD',
  PostgreSQL: 'SELECT pg_sleep(60)',
  'MySQL or MariaDB': "SELECT BENCHMARK(1000000000, SHA2('text', 512)) AS n",
};
const BUSY: Partial<Record<EngineName, string>> = {
  PostgreSQL: `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()`,
  'MySQL or MariaDB': `SELECT count(*) + (SELECT count(*) FROM information_schema.innodb_trx JOIN information_schema.processlist p ON p.id = trx_mysql_thread_id WHERE p.db = DATABASE()) AS n FROM information_schema.processlist WHERE db = DATABASE() AND command <> 'Sleep' AND id <> CONNECTION_ID()`,
};

const ofPool = (name: EngineName) =>
  ({ SQLite: {}, PostgreSQL: { extra: { max: POOL_SIZE } }, 'MySQL or MariaDB': { extra: { connectionLimit: POOL_SIZE } } })[
    name
  ];

describeEngines('A read', (engine) => {
  let source: DataSource;
  let admin: DataSource;
  let reads: ReadDatabase;

  beforeAll(async () => {
    const options = { migrationsRun: false, synchronize: false };
    source = await new DataSource(dataSourceOptions(engine.url, { ...options, ...ofPool(engine.name) })).initialize();
    admin = await new DataSource(dataSourceOptions(engine.url, options)).initialize();
    if (engine.name === 'SQLite') await admin.query('PRAGMA journal_mode = WAL');
    await admin.query('CREATE TABLE numbers (n INT)');
    await admin.query('INSERT INTO numbers VALUES (1), (2), (3)');
    if (engine.name === 'SQLite') {
      await admin.query(
        'INSERT INTO numbers WITH RECURSIVE more(n) AS (SELECT 4 UNION ALL SELECT n + 1 FROM more WHERE n < 200000) SELECT n FROM more',
      );
    }
    reads = readDatabaseOf(source);
  });

  afterAll(async () => {
    await reads.close?.();
    await source.destroy();
    await admin.destroy();
  });

  const slow = () => ({ sql: SLOW[engine.name].replace('GUARD', () => reads.guard?.('numbers') ?? 'true'), values: [] });
  const readSlowly = (timeoutMs: number, signal?: AbortSignal) => reads.read({ timeoutMs, signal }, (run) => run(slow()));
  const three = async () => {
    const sql = 'SELECT n FROM numbers WHERE n <= 3 ORDER BY n';
    return (await reads.read({ timeoutMs: 5_000 }, (run) => run({ sql, values: [] }))).map(({ n }) => Number(n));
  };
  const busy = async () => {
    const sql = BUSY[engine.name];
    return sql === undefined ? 0 : Number((await admin.query(sql))[0].n);
  };

  it('gives what its statements find', async () => {
    expect(await three()).toEqual([1, 2, 3]);
  });

  it('sees one moment in all of its statements, and what was committed before it', async () => {
    const count = { sql: 'SELECT count(*) AS n FROM numbers WHERE n = 0', values: [] };
    const seen = await reads.read({ timeoutMs: 5_000 }, async (run) => {
      const before = await run(count);
      await admin.query('INSERT INTO numbers VALUES (0)');
      return [...before, ...(await run(count))].map(({ n }) => Number(n));
    });
    expect(seen).toEqual([0, 0]);
    const after = await reads.read({ timeoutMs: 5_000 }, (run) => run(count));
    await admin.query('DELETE FROM numbers WHERE n = 0');
    expect(after.map(({ n }) => Number(n))).toEqual([1]);
  });

  it('can not write, and leaves the next read able to read', async () => {
    const sql = 'DELETE FROM numbers';
    await expect(reads.read({ timeoutMs: 5_000 }, (run) => run({ sql, values: [] }))).rejects.toThrow(/read.?only/i);
    expect(await three()).toEqual([1, 2, 3]);
  });

  it('that takes too long is refused with its limit in words, and stops on the server', async () => {
    const began = ownTime();
    const refusal = await readSlowly(300).catch((error) => error);
    expect(refusal).toBeInstanceOf(QueryRefusal);
    expect(refusal.message).toContain('longer than 0.3 s');
    expect(ownTime() - began).toBeLessThan(2_000);
    await delay(200);
    expect(await busy()).toBe(0);
  });

  it('is seen on the server while it runs, else the test before proves nothing', async () => {
    if (BUSY[engine.name] === undefined) return;
    const reading = readSlowly(1_000).catch(() => undefined);
    await delay(300);
    const seen = await busy();
    await reading;
    expect(seen).toBeGreaterThan(0);
  });

  it('whose caller gives up rejects with the reason, and stops on the server at once', async () => {
    const caller = new AbortController();
    const reading = readSlowly(30_000, caller.signal);
    await delay(300);
    const reason = new Error('The caller has gone');
    const began = ownTime();
    caller.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(ownTime() - began).toBeLessThan(1_000);
    await delay(200);
    expect(await busy()).toBe(0);
  });

  it('does not begin for a caller who has given up before', async () => {
    const reason = new Error('The caller has gone');
    const work = async () => {
      throw new Error('began');
    };
    await expect(reads.read({ timeoutMs: 1_000, signal: AbortSignal.abort(reason) }, work)).rejects.toBe(reason);
  });

  it('works after a hundred that were too long or given up, more at once than the pool has connections', async () => {
    const tries = Array.from({ length: 100 }, async (_, index) => {
      await delay(index * 10);
      const signal = index % 2 === 0 ? AbortSignal.timeout(50) : undefined;
      return readSlowly(80, signal).then(() => 'an answer');
    });
    const settled = await Promise.allSettled(tries);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect(await Promise.all(Array.from({ length: 2 * POOL_SIZE }, three))).toEqual(Array(2 * POOL_SIZE).fill([1, 2, 3]));
    await delay(200);
    expect(await busy()).toBe(0);
  });
});

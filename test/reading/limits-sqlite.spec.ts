import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { DataSource } from 'typeorm';
import { QueryRefusal } from '../../lib/storage/reading/query-refusal.js';
import { readDatabaseOf } from '../../lib/typeorm/engines/read-database-of.js';
import { dataSourceOptions, startSqlite, type TestDatabase } from '../utils/databases.js';
import { ownTime } from '../utils/own-time.js';

const run = promisify(execFile);
const FIXTURE = resolve('test/fixtures/reading/sqlite-threads.mjs');

/** A table with so many rows. */
const numbers = (rows: number) =>
  `CREATE TABLE numbers AS WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < ${rows}) SELECT n FROM more`;
const AGGREGATE = 'SELECT count(DISTINCT hex(n)) AS n FROM numbers WHERE GUARD';

/** Milliseconds for which nothing else in the process had a turn, at most. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, 1);
  await work();
  look();
  clearInterval(timer);
  return longest;
}

describe('SQLite', () => {
  const sources: DataSource[] = [];
  let database: TestDatabase;

  beforeAll(async () => {
    database = await startSqlite();
  });

  afterEach(async () => {
    for (const source of sources.splice(0)) {
      await readDatabaseOf(source).close?.();
      await source.destroy();
    }
  });

  afterAll(() => database.stop());

  async function open(more: object = {}): Promise<DataSource> {
    const options = dataSourceOptions(database.url, { migrationsRun: false, ...more });
    const source = await new DataSource(options).initialize();
    sources.push(source);
    return source;
  }

  async function read(source: DataSource, sql: string, timeoutMs = 20_000) {
    const reads = readDatabaseOf(source);
    const guarded = sql.replace('GUARD', reads.guard!('numbers'));
    const rows = await reads.read({ timeoutMs }, (statement) => statement({ sql: guarded, values: [] }));
    return rows.map((row) => Object.values(row)[0]);
  }

  it('lets the process go on during an aggregate of a million rows, which on the connection of the host it does not', async () => {
    const source = await open();
    await source.query('PRAGMA journal_mode = WAL');
    await source.query(numbers(1_000_000));
    await read(source, 'SELECT 1');
    const sql = AGGREGATE.replace('GUARD', 'true');
    const onConnection = await longestStall(() => source.query(sql));
    const inThread = await longestStall(() => read(source, AGGREGATE));
    expect(onConnection).toBeGreaterThan(100);
    expect(inThread).toBeLessThan(onConnection / 4);
  });

  it('answers a short read while long ones run', async () => {
    const source = await open();
    const long = [1, 2].map(() => read(source, 'SELECT sum(length(hex(randomblob(9000)))) FROM numbers WHERE GUARD', 3_000));
    const short = await Promise.race([...long, read(source, 'SELECT 7')]);
    const ends = await Promise.allSettled(long);
    expect(short).toEqual([7]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('stops statements whose other conditions let no row through, as the guard comes before them', async () => {
    const source = await open();
    const slow = 'SELECT n FROM numbers WHERE GUARD AND length(hex(randomblob(9000))) = n';
    const tries = await Promise.allSettled(Array.from({ length: 4 }, () => read(source, slow, 200)));
    expect(tries.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(await read(source, 'SELECT 1', 1_500)).toEqual([1]);
  });

  it('answers in time also where the statement does not look at the time, and other reads go on meanwhile', async () => {
    const source = await open();
    await source.query('CREATE TABLE more AS SELECT n FROM numbers UNION ALL SELECT -n FROM numbers');
    await read(source, 'SELECT 1');
    const deaf = read(source, 'SELECT count(DISTINCT hex(n)) FROM more', 300);
    const began = ownTime();
    await expect(deaf).rejects.toBeInstanceOf(QueryRefusal);
    expect(ownTime() - began).toBeLessThan(800);
    expect(await read(source, 'SELECT 1')).toEqual([1]);
  });

  it.each([
    ['in memory', { database: ':memory:' }],
    [
      'that the host prepares',
      { prepareDatabase: (host: { defaultSafeIntegers(on: boolean): void }) => host.defaultSafeIntegers(true) },
    ],
  ])('reads a database %s on the connection of the host, with the limit and without a way to write', async (_name, more) => {
    const source = await open(more);
    await source.query('DROP TABLE IF EXISTS numbers');
    await source.query(numbers(300_000));
    expect(await read(source, 'SELECT count(*) FROM numbers WHERE GUARD')).toEqual([300_000]);
    const slow = 'SELECT sum(length(hex(randomblob(9000)))) FROM numbers WHERE GUARD';
    await expect(read(source, slow, 200)).rejects.toBeInstanceOf(QueryRefusal);
    // Not toThrow(): the errors of better-sqlite3 are of the first spec file that a process of Jest has run.
    const refused = await read(source, 'DELETE FROM numbers RETURNING n').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'SQLITE_READONLY' });
    await source.query('DELETE FROM numbers');
    expect(await read(source, 'SELECT count(*) FROM numbers')).toEqual([0]);
  });

  it('says that the database is not available where the data source is closed', async () => {
    const source = await open();
    const reads = readDatabaseOf(source);
    await read(source, 'SELECT 1');
    await source.destroy();
    sources.splice(0);
    const error = await read(source, 'SELECT 1').catch((thrown: unknown) => thrown);
    expect(reads.isUnavailable(error)).toBe(true);
  });

  it.each(['esm', 'cjs'])(
    'starts threads for reads alone, and again after one has died; they end with the process (%s)',
    async (format) => {
      const own = await startSqlite();
      const { stdout } = await run(process.execPath, [FIXTURE, format, own.url.slice('sqlite:'.length)], { timeout: 20_000 });
      await own.stop();
      expect(JSON.parse(stdout)).toEqual({
        startedBeforeRead: 0,
        first: 1,
        startedByRead: 1,
        whileDying: 'unavailable',
        afterDeath: 1,
        startedAfterDeath: 2,
        afterClose: 1,
      });
    },
  );
});

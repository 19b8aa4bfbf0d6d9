import { DataSource } from 'typeorm';
import { QueryRefusal } from '../../lib/storage/reading/query-refusal.js';
import { readDatabaseOf } from '../../lib/typeorm/engines/read-database-of.js';
import { dataSourceOptions, startPostgres, type TestDatabase } from '../utils/databases.js';

interface Pool {
  connect(): Promise<{ connection: NodeJS.EventEmitter; release(): void }>;
}

const ONE_CONNECTION = { max: 1 };
const NUMBERS = 'SELECT n::text AS n FROM generate_series(1, 3) AS n';

describe('A read of PostgreSQL', () => {
  let database: TestDatabase;
  const sources: DataSource[] = [];

  beforeAll(async () => {
    database = await startPostgres();
  });

  afterEach(async () => {
    for (const source of sources.splice(0)) await source.destroy();
  });

  afterAll(() => database.stop());

  async function open(extra: object): Promise<DataSource> {
    const source = await new DataSource(dataSourceOptions(database.url, { migrationsRun: false, extra })).initialize();
    sources.push(source);
    return source;
  }

  const read = (source: DataSource, sql: string, values: unknown[] = [], isLast = true) =>
    readDatabaseOf(source).read({ timeoutMs: 2_000 }, (run) => run({ sql, values }, isLast));

  it('takes one turn where one statement is all, once it is known that no pooler stands between', async () => {
    let turns = 0;
    const source = await open(ONE_CONNECTION);
    const { master } = source.driver as unknown as { master: Pool };
    const client = await master.connect();
    client.connection.on('readyForQuery', () => turns++);
    client.release();
    await read(source, NUMBERS);
    turns = 0;
    expect(await read(source, NUMBERS)).toEqual([{ n: '1' }, { n: '2' }, { n: '3' }]);
    expect(turns).toBe(1);
    await read(source, NUMBERS, [], false);
    expect(turns).toBe(3);
  });

  it.each([
    ['all at once', ONE_CONNECTION],
    ['one by one, as a client that sends ahead takes no others', { ...ONE_CONNECTION, pipeline: true }],
  ])('sends its statements %s, in a transaction that can not write and leaves nothing behind', async (_how, extra) => {
    const source = await open(extra);
    const sql = `SELECT $1::text AS text, $2::float8 * 2 AS number, $3::text AS nothing, current_setting('transaction_read_only') AS locked`;
    for (let round = 0; round < 3; round++) {
      const [row] = await read(source, sql, ["it's", 1.5, null]);
      expect({ ...row }).toEqual({ text: "it's", number: '3', nothing: null, locked: 'on' });
    }
    await expect(read(source, 'CREATE TABLE t (n INT)')).rejects.toThrow(/read-only/);
    await expect(read(source, 'SELECT pg_sleep(60)')).rejects.toBeInstanceOf(QueryRefusal);
    const [left] = await source.query(
      `SELECT current_setting('transaction_read_only') AS locked, current_setting('statement_timeout') AS "limit"`,
    );
    expect(left).toEqual({ locked: 'off', limit: '0' });
  });
});

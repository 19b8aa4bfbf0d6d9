import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';

/** A client of the engine in process, or of the server of TEST_CLICKHOUSE_URL. Throws where there is neither. */
export async function openClickHouse() {
  const log = { level: ClickHouseLogLevel.OFF };
  const url = process.env.TEST_CLICKHOUSE_URL;
  if (url) return createClient({ url, log });
  // Installed beside the tests of ClickHouse alone.
  const { resolve: found } = createRequire(resolve('test/clickhouse/package.json'));
  const { createChdbConnection } = await import(found('chdb/connection'));
  return createClient({ connection: createChdbConnection({ path: ':memory:' }), log });
}

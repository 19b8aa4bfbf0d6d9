import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';

type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

/** A client of the server of TEST_CLICKHOUSE_URL, or of the engine in this process, with its data in a folder. */
export async function openClient(path: string): Promise<ClickHouseClient> {
  const log = { level: ClickHouseLogLevel.OFF };
  const url = process.env.TEST_CLICKHOUSE_URL;
  if (url !== undefined) return createClient({ url, log });
  // Installed beside the tests of ClickHouse alone: `npm run test:clickhouse` does it.
  const { resolve: found } = createRequire(resolve('test/clickhouse/package.json'));
  const { createChdbConnection } = (await import(found('chdb/connection'))) as {
    createChdbConnection(options: { path: string }): Connection;
  };
  return createClient({ connection: createChdbConnection({ path }), log });
}

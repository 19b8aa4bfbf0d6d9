type ClientPackage = Pick<typeof import('@clickhouse/client'), 'createClient' | 'ClickHouseLogLevel'>;

/** An optional peer, so not by a plain import. Throws an `Error` with what to install. */
export async function loadClickHouseClient(): Promise<ClientPackage> {
  try {
    return await import('@clickhouse/client');
  } catch (error) {
    throw new Error('EventLogClickHouseModule needs @clickhouse/client: npm install @clickhouse/client', { cause: error });
  }
}

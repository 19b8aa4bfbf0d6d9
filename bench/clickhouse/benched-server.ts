import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClickHouseServer } from '../../test/clickhouse/clickhouse-server.js';
import { cpuOf, memoryOf } from '../process-usage.js';

/** The ClickHouse that a bench asks, over HTTP as a host does. */
export interface BenchedServer {
  readonly url: string;
  /** What it has used so far, in microseconds; NaN where that can't be seen. */
  cpu(): number;
  /** Its memory (RSS), in bytes; NaN where that can't be seen. */
  memory(): number;
  stop(): Promise<void>;
}

/** The server of TEST_CLICKHOUSE_URL, or one of the bench's own, whose engine `npm run install:clickhouse` installs. */
export async function startClickHouse(): Promise<BenchedServer> {
  const url = process.env.TEST_CLICKHOUSE_URL;
  if (url !== undefined) return { url, cpu: () => NaN, memory: () => NaN, stop: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'bench-clickhouse-'));
  const server = await ClickHouseServer.at(folder);
  await server.start();
  return {
    url: server.url,
    cpu: () => cpuOf(server.pid!),
    memory: () => memoryOf(server.pid!),
    async stop() {
      await server.kill();
      await rm(folder, { recursive: true });
    },
  };
}

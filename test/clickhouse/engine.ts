import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { migrate } from '../../lib/clickhouse/schema/migrate.js';
import { fulfilWishes } from '../../lib/clickhouse/schema/schema-wishes.js';
import { ClickHouseSettings } from '../../lib/clickhouse/clickhouse-settings.js';
import type { EventLogClickHouseOptions } from '../../lib/clickhouse/clickhouse-options.interface.js';

export type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

const SERVER = process.env.TEST_CLICKHOUSE_URL;
const log = { level: ClickHouseLogLevel.OFF };

/** Why there is no ClickHouse on this machine; undefined where there is one. */
export const SKIPPED = SERVER === undefined ? lackOfEngine() : undefined;

/** The engine in process, under the client as it is; or the server of TEST_CLICKHOUSE_URL. */
export async function openClient(): Promise<ClickHouseClient> {
  if (SERVER !== undefined) return createClient({ url: SERVER, log });
  // By a name that the compiler doesn't look up: the package is installed beside these tests alone.
  const name: string = 'chdb/connection';
  const { createChdbConnection } = (await import(name)) as { createChdbConnection(options: { path: string }): Connection };
  return createClient({ connection: createChdbConnection({ path: ':memory:' }), log });
}

/** ClickHouse with a database that no other test has; the caller closes it. */
export async function openClickHouse(options: EventLogClickHouseOptions = {}): Promise<ClickHouse> {
  return ClickHouse.open(new ClickHouseSettings({ client: openClient, database: newDatabase(), ...options }));
}

/** The same, with all tables of the copy as the options ask for. */
export async function openTables(options?: EventLogClickHouseOptions): Promise<ClickHouse> {
  const clickHouse = await openClickHouse(options);
  await migrate(clickHouse);
  await fulfilWishes(clickHouse);
  return clickHouse;
}

export function newDatabase(): string {
  return `t_${randomUUID().replaceAll('-', '')}`;
}

/** Drops the database of a test, and closes what it is asked by. */
export async function dropDatabase(clickHouse: ClickHouse): Promise<void> {
  await clickHouse.change(`DROP DATABASE IF EXISTS ${clickHouse.schema.database}`);
  await clickHouse.onApplicationShutdown();
}

/** A block of tests; without ClickHouse it is skipped, with the reason in its title. */
export function describeClickHouse(title: string, define: () => void): void {
  if (SKIPPED === undefined) describe(title, define);
  else describe.skip(`${title} (skipped: ${SKIPPED})`, define);
}

/** The same for tests that need the engine in a process of their own, server or not. */
export function describeEngineInProcess(title: string, define: () => void): void {
  const lack = lackOfEngine();
  if (lack === undefined) describe(title, define);
  else describe.skip(`${title} (skipped: ${lack})`, define);
}

/** Why the engine in process is missing: its package is optional, as musl and Windows have none. */
export function lackOfEngine(): string | undefined {
  const installed = 'test/clickhouse/node_modules';
  if (!existsSync(join(installed, 'chdb')))
    return 'run `npm run test:clickhouse`, which installs chdb, or set TEST_CLICKHOUSE_URL';
  const engines = existsSync(join(installed, '@chdb')) ? readdirSync(join(installed, '@chdb')) : [];
  return engines.length > 0 ? undefined : `chdb has no engine for ${process.platform} ${process.arch}; set TEST_CLICKHOUSE_URL`;
}

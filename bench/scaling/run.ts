// What docs/scaling.md reckons with: `npm run bench:scaling`, or with other numbers of events, `-- 100000 1000000 10000000`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { ClickHouseSettings } from '../../lib/clickhouse/clickhouse-settings.js';
import { openClient } from '../clickhouse/engine.js';
import { EVENTS } from '../reading/events.js';
import { bytesByStore } from './bytes.js';
import { oneInstance } from './instances.js';
import { ofSize } from './sizes.js';

const given = process.argv.slice(2).map(Number);
const sizes = given.length > 0 ? given : [EVENTS / 10, EVENTS];

// One for all, as the engine takes one folder a process.
const folder = await mkdtemp(join(tmpdir(), 'bench-scaling-'));
const open = (database: string) =>
  ClickHouse.open(new ClickHouseSettings({ client: () => openClient(folder), database, materialize: ['properties.page'] }));

try {
  await oneInstance();
  console.log();
  await using(await open('chats'), bytesByStore);
  for (const events of sizes) await using(await open(`copy_of_${events}`), (clickHouse) => ofSize(events, clickHouse));
} finally {
  await rm(folder, { recursive: true });
}

async function using(clickHouse: ClickHouse, work: (clickHouse: ClickHouse) => Promise<void>): Promise<void> {
  try {
    await work(clickHouse);
  } finally {
    await clickHouse.onApplicationShutdown();
  }
}

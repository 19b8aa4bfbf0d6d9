// What docs/scaling.md reckons with: `npm run bench:scaling`, or with other numbers of events, `-- 100000 1000000 10000000`.
import { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { ClickHouseSettings } from '../../lib/clickhouse/clickhouse-settings.js';
import { startClickHouse } from '../clickhouse/benched-server.js';
import { EVENTS } from '../reading/events.js';
import { bytesByStore } from './bytes.js';
import { oneInstance } from './instances.js';
import { ofSize } from './sizes.js';

const given = process.argv.slice(2).map(Number);
const sizes = given.length > 0 ? given : [EVENTS / 10, EVENTS];

const server = await startClickHouse();
const open = (database: string) =>
  ClickHouse.open(new ClickHouseSettings({ url: server.url, database, materialize: ['properties.page'] }));

try {
  await oneInstance();
  console.log();
  await using(await open('chats'), (clickHouse) => bytesByStore(clickHouse, server));
  for (const events of sizes) await using(await open(`copy_of_${events}`), (clickHouse) => ofSize(events, clickHouse, server));
} finally {
  await server.stop();
}

async function using(clickHouse: ClickHouse, work: (clickHouse: ClickHouse) => Promise<void>): Promise<void> {
  try {
    await work(clickHouse);
  } finally {
    await clickHouse.onApplicationShutdown();
  }
}

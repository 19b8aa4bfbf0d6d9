import type { TestDatabase } from '../../test/utils/databases.js';
import { median, type Ratio } from '../figures.js';
import { load } from '../load.js';
import { Server } from '../server.js';

const CONNECTIONS = 16;
const ROUNDS = 3;
const SECONDS = 5;

/** What writers lose while another instance copies what they write. */
export async function besideWriters(database: TestDatabase, clickHouseUrl: string): Promise<Ratio[]> {
  const server = await Server.start('event-log', { DATABASE_URL: database.url });
  try {
    await load(server, CONNECTIONS, 3);
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const alone = await load(server, CONNECTIONS, SECONDS);
      const copier = await Server.start('copying', { DATABASE_URL: database.url, CLICKHOUSE_URL: clickHouseUrl });
      try {
        ratios.push((await load(server, CONNECTIONS, SECONDS)).rate / alone.rate);
      } finally {
        await copier.stop();
      }
    }
    const name = `events/s over ${CONNECTIONS} connections, beside an instance that copies them, to alone`;
    return [{ name, value: median(ratios), atLeast: 0.9 }];
  } finally {
    await server.stop();
  }
}

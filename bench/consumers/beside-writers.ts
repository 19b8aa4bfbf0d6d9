import { DataSource } from 'typeorm';
import { eventLogConsumerMigrations, eventLogMigrations } from '../../lib/typeorm/index.js';
import { dataSourceOptions, type TestDatabase } from '../../test/utils/databases.js';
import { median, type Ratio } from '../figures.js';
import { load } from '../load.js';
import { Server } from '../server.js';

const CONNECTIONS = 64;
const ROUNDS = 5;
const SECONDS = 4;
const CONSUMERS = 10;

/** What writers lose where ten consumers are given each event, and how late events come at the writers' full rate. */
export async function besideWriters(engine: string, database: TestDatabase): Promise<Ratio[]> {
  const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations];
  await (await new DataSource(dataSourceOptions(database.url, { migrations })).initialize()).destroy();
  const [none, ten] = await Promise.all(
    [0, CONSUMERS].map((count) => Server.start('consuming', { DATABASE_URL: database.url, CONSUMERS: String(count) })),
  );
  try {
    for (const server of [none, ten]) await load(server, CONNECTIONS, 3);
    const ratios: number[] = [];
    const lags: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const without = await load(none, CONNECTIONS, SECONDS);
      await ten.usage(); // what the other has written is not counted
      const beside = await load(ten, CONNECTIONS, SECONDS);
      ratios.push(beside.rate / without.rate);
      lags.push(...((await ten.usage()).lags ?? []));
    }
    const name = `events/s over ${CONNECTIONS} connections with ${CONSUMERS} consumers, ${engine}, to without`;
    return [
      { name, value: median(ratios), atLeast: 0.9 },
      { name: `seconds that the latest batch came late at that rate, ${engine}`, value: Math.max(...lags) / 1_000, atMost: 1 },
    ];
  } finally {
    for (const server of [none, ten]) await server.stop();
  }
}

import { DataSource } from 'typeorm';
import { dataSourceOptions, startPostgres } from '../../test/utils/databases.js';
import { EVENT } from '../event.js';
import { figure, header, row } from '../figures.js';
import { type Load, load } from '../load.js';
import { Server } from '../server.js';
import { postgresCpu, postgresCpuSince } from './postgres-cpu.js';

const BATCH = 1_000;
const WARM_SECONDS = 3;
const SECONDS = 10;

const batch: Load = {
  path: '/batch',
  body: Array.from({ length: BATCH }, () => `${JSON.stringify(EVENT)}\n`).join(''),
  headers: { 'content-type': 'application/x-ndjson' },
};

const WAYS: [name: string, connections: number, eventsARequest: number, sent?: Load][] = [
  ['an event a request', 1, 1],
  ['an event a request', 64, 1],
  [`batches of ${BATCH.toLocaleString('en')}`, 1, BATCH, batch],
  [`batches of ${BATCH.toLocaleString('en')}`, 4, BATCH, batch],
];

/** What one instance takes, and what an event costs it and PostgreSQL. */
export async function oneInstance(): Promise<void> {
  const database = await startPostgres();
  const source = await new DataSource(dataSourceOptions(database.url)).initialize();
  const server = await Server.start('event-log', { ADAPTER: 'fastify', DATABASE_URL: database.url });
  console.log(header(['', 'connections', 'events/s', 'CPU of the host, µs an event', 'CPU of PostgreSQL, µs an event']));
  try {
    for (const [name, connections, events, sent] of WAYS) {
      await load(server, connections, WARM_SECONDS, sent);
      const before = await postgresCpu(source);
      const { rate, cpu } = await load(server, connections, SECONDS, sent);
      const ofPostgres = (await postgresCpuSince(source, before)) / (rate * events * SECONDS);
      console.log(row([name, connections, (rate * events).toFixed(0), figure(cpu / events), figure(ofPostgres)]));
    }
  } finally {
    await server.stop();
    await source.destroy();
    await database.stop();
  }
}

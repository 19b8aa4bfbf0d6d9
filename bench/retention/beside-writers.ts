import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { eventLogConsumerMigrations, eventLogMigrations, TypeOrmEventFeed } from '../../lib/typeorm/index.js';
import { dataSourceOptions, type TestDatabase } from '../../test/utils/databases.js';
import { figure, median, type Ratio } from '../figures.js';
import { load, type Measurement } from '../load.js';
import { fillEvents } from '../reading/events.js';
import { Server } from '../server.js';

export interface Plan {
  readonly events: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: readonly number[];
}

/** What writers over some connections lose while old events are removed: seconds with and seconds without, in turns. */
export async function besideWriters(engine: string, database: TestDatabase, plan: Plan): Promise<Ratio[]> {
  await fill(database, plan.events);
  const server = await Server.start('retaining', { DATABASE_URL: database.url });
  try {
    const ratios: Ratio[] = [];
    for (const connections of plan.connections) ratios.push(...(await measure(engine, server, connections, plan)));
    return ratios;
  } finally {
    await server.stop();
  }
}

async function measure(engine: string, server: Server, connections: number, { rounds, seconds }: Plan): Promise<Ratio[]> {
  await load(server, connections, 3);
  const alone: Measurement[] = [];
  const beside: Measurement[] = [];
  const removed: number[] = [];
  for (let round = 0; round < rounds; round++) {
    alone.push(await load(server, connections, seconds));
    const { removed: before = 0 } = await server.tell('retain');
    beside.push(await load(server, connections, seconds));
    await server.tell('rest');
    await delay(1_000); // until the slice in hand has ended
    removed.push((await server.usage()).removed! - before);
  }
  const ratio = (key: keyof Measurement) => median(beside.map((one, round) => one[key] / alone[round][key]));
  const told = (key: keyof Measurement) =>
    `${figure(median(beside.map((one) => one[key])))} to ${figure(median(alone.map((one) => one[key])))}`;
  const of = `over ${connections} connections, ${engine}`;
  return [
    { name: `p99 ${of}`, value: ratio('p99'), atMost: 1.2, why: `${told('p99')} ms` },
    { name: `events/s ${of}`, value: ratio('rate'), atLeast: 0.8, why: told('rate') },
    { name: `events removed a second meanwhile, ${of}`, value: median(removed) / seconds },
  ];
}

async function fill(database: TestDatabase, events: number): Promise<void> {
  const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations];
  const source = await new DataSource(dataSourceOptions(database.url, { migrations })).initialize();
  await fillEvents(source, events);
  await new TypeOrmEventFeed(source).start('now'); // numbers the rows that SQL has written
  await source.destroy();
}

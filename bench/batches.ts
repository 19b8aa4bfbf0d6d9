import { gzipSync } from 'node:zlib';
import type { TestDatabase } from '../test/utils/databases.js';
import { EVENT } from './event.js';
import { median, type Ratio } from './figures.js';
import { load, type Load } from './load.js';
import { API_KEY, Server } from './server.js';
import type { Databases, Plan } from './side-by-side.js';

const EVENTS = 1_000;
const CONNECTIONS = [1, 4];
const WARM_SECONDS = 3;
const BATCHES_HELD = 20;
/** What the event loop is measured in, and so its delay where nothing holds it. */
const LOOP_DELAY_MS = 1;

const events = Array.from({ length: EVENTS }, (_, n) => ({ ...EVENT, messageId: `msg_0192f6a41b7e7c3f${1_000 + n}` }));
const array = JSON.stringify(events);
const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
const json = { 'content-type': 'application/json' };
const ndjson = { 'content-type': 'application/x-ndjson' };
const path = '/batch';

const FORMS: [name: string, batch: Load, atLeast: number][] = [
  ['as an array', { path, body: array, headers: json }, 0.6],
  ['as NDJSON', { path, body: lines, headers: ndjson }, 0.6],
  ['as NDJSON with gzip', { path, body: gzipSync(lines), headers: { ...ndjson, 'content-encoding': 'gzip' } }, 0.5],
];

/** Events a second in batches, to those of one raw insert of as many rows into the same table by a server of `node:http`. */
export async function batches(databases: Databases, plan: Plan): Promise<Ratio[]> {
  return [
    ...(await ratiosOn('PostgreSQL', 'node-pg-many', databases.postgres, databases.postgres, plan)),
    ...(await ratiosOn('SQLite', 'node-sqlite-many', databases.sqlite, databases.plainSqlite, plan)),
  ];
}

async function ratiosOn(
  name: string,
  rawServer: string,
  database: TestDatabase,
  rawDatabase: TestDatabase,
  { rounds, seconds }: Plan,
): Promise<Ratio[]> {
  const server = await Server.start('event-log', { ADAPTER: 'fastify', DATABASE_URL: database.url });
  const raw = await Server.start(rawServer, { DATABASE_URL: rawDatabase.url });
  const ratios: Ratio[] = [];
  try {
    for (const [, form] of FORMS) await load(server, 1, WARM_SECONDS, form);
    await load(raw, 1, WARM_SECONDS, { body: array, headers: json });
    for (const connections of CONNECTIONS) {
      const rates: number[][] = FORMS.map(() => []);
      for (let round = 0; round < rounds; round++) {
        const plain = (await load(raw, connections, seconds, { body: array, headers: json })).rate;
        for (const [index, [, form]] of FORMS.entries()) {
          rates[index].push((await load(server, connections, seconds, form)).rate / plain);
        }
      }
      for (const [index, [form, , atLeast]] of FORMS.entries()) {
        const what = `batch of ${EVENTS} events ${form}, ${name}, ${connections} conn., to one raw insert of ${EVENTS} rows (events/s)`;
        ratios.push({ name: what, value: median(rates[index]), atLeast });
      }
    }
    return ratios;
  } finally {
    await server.stop();
    await raw.stop();
  }
}

/** How long a batch holds the event loop at worst: as an array, to `JSON.parse` and `JSON.stringify` of it. */
export async function heldByBatches(database: TestDatabase): Promise<Ratio[]> {
  const server = await Server.start('event-log', { ADAPTER: 'fastify', DATABASE_URL: database.url, LOOP_DELAY: '1' });
  try {
    const ratios: Ratio[] = [];
    for (const [form, batch] of FORMS) {
      const held: number[] = [];
      const plain: number[] = [];
      for (let i = 0; i <= BATCHES_HELD; i++) {
        plain.push(timeOfJson());
        held.push(await heldBy(server, batch));
      }
      // The first of each is the warm-up.
      const value = median(held.slice(1));
      const name = `event loop held by a batch of ${EVENTS} events ${form}`;
      if (batch.body !== array) ratios.push({ name: `${name}, in ms`, value, atMost: 10 });
      else
        ratios.push({
          name: `${name}, in times of JSON.parse + JSON.stringify`,
          value: value / median(plain.slice(1)),
          atMost: 3,
        });
    }
    return ratios;
  } finally {
    await server.stop();
  }
}

function timeOfJson(): number {
  const start = performance.now();
  JSON.stringify(JSON.parse(array));
  return performance.now() - start;
}

async function heldBy(server: Server, { headers, body }: Load): Promise<number> {
  await server.usage(); // begins the maximum anew
  await post(server.url + path, headers, body);
  return (await server.usage()).heldMs - LOOP_DELAY_MS;
}

async function post(url: string, headers: Record<string, string>, body: string | Buffer): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers: { ...headers, Authorization: `Bearer ${API_KEY}` }, body });
  if (response.status !== 200) throw new Error(`A batch was answered with ${response.status}`);
  await response.arrayBuffer();
}

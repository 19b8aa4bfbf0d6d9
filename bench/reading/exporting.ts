import Sqlite from 'better-sqlite3';
import { once } from 'node:events';
import { request } from 'node:http';
import { Client } from 'pg';
import type { TestDatabase } from '../../test/utils/databases.js';
import { type Ratio } from '../figures.js';
import { API_KEY, Server } from '../server.js';
import { copyOut } from './copy-out.js';
import { PLAN } from './plan.js';

const ALL = 'SELECT * FROM event_log_events';
const SAMPLE_MS = 200;
const MIB = 1024 * 1024;

export type Engine = 'postgres' | 'sqlite';

/** Exports of all events: rows a second, to those of the database alone; and memory above that of an idle server. */
export async function exporting(engine: Engine, database: TestDatabase): Promise<Ratio[]> {
  const server = await Server.start('reading', { DATABASE_URL: database.url });
  try {
    const bare = await timeOf(() => (engine === 'postgres' ? copyAll(database.url) : iterateAll(database.url)));
    await exported(server, 'application/x-ndjson', 1_000); // warms up
    const ratios: Ratio[] = [];
    for (const type of ['application/x-ndjson', 'text/csv']) {
      const idle = (await server.usage()).memory.rss;
      const memory = watchMemory(server);
      const time = await timeOf(() => exported(server, type));
      const what = engine === 'postgres' ? 'COPY … TO STDOUT by pg' : 'an iteration by better-sqlite3';
      ratios.push({ name: `rows/s of an export as ${type}, ${engine}, to ${what}`, value: bare / time, atLeast: 0.6 });
      const name = `memory (RSS) of it above idle, MiB`;
      ratios.push({ name, value: ((await memory.end()) - idle) / MIB, atMost: 64 });
    }
    return ratios;
  } finally {
    await server.stop();
  }
}

async function copyAll(url: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  await copyOut(client, `COPY (${ALL}) TO STDOUT`);
  await client.end();
}

async function iterateAll(url: string): Promise<void> {
  const database = new Sqlite(url.replace('sqlite:', ''), { readonly: true });
  let rows = 0;
  for (const row of database.prepare(ALL).iterate()) if (row) rows++;
  database.close();
  if (rows < PLAN.events) throw new Error(`There were only ${rows} rows`);
}

/** Reads an export to its end, and lets it go by. */
async function exported(server: Server, type: string, limit?: number): Promise<void> {
  const headers = { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json', Accept: type };
  const url = new URL('/query/events/export', server.url);
  const asking = request(url, { method: 'POST', headers, agent: false });
  asking.end(JSON.stringify(limit === undefined ? {} : { limit }));
  const [answer] = await once(asking, 'response');
  let bytes = 0;
  for await (const chunk of answer) bytes += (chunk as Buffer).length;
  if (answer.statusCode !== 200 || bytes === 0) throw new Error(`An export was answered with ${answer.statusCode}`);
}

function watchMemory(server: Server) {
  let most = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      most = Math.max(most, (await server.usage()).memory.rss);
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  })();
  return {
    end: async () => {
      isOver = true;
      await watching;
      return most;
    },
  };
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

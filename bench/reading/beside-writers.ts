import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestDatabase } from '../../test/utils/databases.js';
import { median, type Ratio } from '../figures.js';
import { load, type Measurement } from '../load.js';
import { API_KEY, Server } from '../server.js';
import { PLAN } from './plan.js';

const CONNECTIONS = 16;
/** As often as the page asks for its figures anew. */
const SECONDS = 60;
const COUNT = { type: 'aggregation', aggregation: 'count', field: 'id' };
const MONTH = { field: 'createdAt', operator: 'gte', value: '2026-06-01' };
/** What the page asks when it is opened; it asks again once a minute. */
const PANELS = [
  {
    select: [{ type: 'time', timeUnit: 'day', field: 'createdAt' }, COUNT],
    groupBy: [{ field: 'eventType', includeInSelect: true }],
  },
  { select: [COUNT], groupBy: [{ field: 'type', includeInSelect: true }], limit: 10 },
  { select: [COUNT], groupBy: [{ field: 'searchQuery', includeInSelect: true }], limit: 10 },
  {
    select: [
      { type: 'time', timeUnit: 'week', field: 'createdAt' },
      { type: 'aggregation', aggregation: 'countDistinct', field: 'userKey' },
    ],
  },
  { select: [{ type: 'field', field: 'id' }], orderBy: [{ field: 'createdAt', direction: 'desc' }], limit: 50 },
].map((panel) => ({ ...panel, where: { condition: MONTH } }));

/** What writers lose while somebody has the dashboard open, which follows live and asks for its figures once a minute. */
export async function besideWriters(engine: string, database: TestDatabase): Promise<Ratio[]> {
  const server = await Server.start('reading', { DATABASE_URL: database.url });
  try {
    await load(server, CONNECTIONS, 3);
    const alone: Measurement[] = [];
    const beside: Measurement[] = [];
    for (let round = 0; round < PLAN.writerRounds; round++) {
      alone.push(await load(server, CONNECTIONS, SECONDS));
      const close = openDashboard(server);
      beside.push(await load(server, CONNECTIONS, SECONDS));
      close();
      await delay(500);
    }
    const ratio = (key: keyof Measurement) => median(beside.map((one, round) => one[key] / alone[round][key]));
    const name = `of ${CONNECTIONS} connections that write, beside an open dashboard, ${engine}, to alone`;
    return [
      { name: `events/s ${name}`, value: ratio('rate'), atLeast: 0.9 },
      { name: `p99 ${name}`, value: ratio('p99'), atMost: 1.5 },
    ];
  } finally {
    await server.stop();
  }
}

/** Returns what closes it. */
function openDashboard(server: Server): () => void {
  const ask = (path: string, body?: object) => {
    const headers = { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json' };
    const options = { method: body ? 'POST' : 'GET', headers, agent: false };
    const asking = request(new URL(`/query/${path}`, server.url), options, (answer) => {
      if (answer.statusCode !== 200) throw new Error(`${path} was answered with ${answer.statusCode}`);
      answer.resume();
    });
    asking.on('error', () => undefined);
    asking.end(body && JSON.stringify(body));
    return asking;
  };
  const live = ask('live');
  for (const panel of PANELS) ask('events', panel);
  return () => live.destroy();
}

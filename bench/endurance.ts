import type { TestDatabase } from '../test/utils/databases.js';
import { median, type Ratio } from './figures.js';
import { load } from './load.js';
import { API_KEY, Server } from './server.js';

const SECONDS = 60;
const SAMPLE_SECONDS = 5;
const BODIES_OF_A_SHAPE = 10;
const MAX_BYTES = 2 * 1024 * 1024;

/** Memory at the end of a minute of load, to that at a third of it. */
export async function memory(database: TestDatabase): Promise<Ratio> {
  const server = await Server.start('event-log', { ADAPTER: 'fastify', DATABASE_URL: database.url });
  const samples: number[] = [];
  try {
    for (let seconds = 0; seconds < SECONDS; seconds += SAMPLE_SECONDS) {
      await load(server, 16, SAMPLE_SECONDS);
      samples.push((await server.usage()).memory.rss);
    }
  } finally {
    await server.stop();
  }
  const third = samples.length / 3;
  const value = median(samples.slice(-third)) / median(samples.slice(third, 2 * third));
  return { name: `memory (RSS) in the last third of ${SECONDS} s of load, to the second third`, value, atMost: 1.1 };
}

/** How long bodies of 2 MiB hold the event loop at worst, to `JSON.parse` and `JSON.stringify` of them. */
export async function largeBodies(database: TestDatabase): Promise<Ratio[]> {
  const server = await Server.start('event-log', { ADAPTER: 'fastify', DATABASE_URL: database.url, LOOP_DELAY: '1' });
  try {
    const ratios: Ratio[] = [];
    for (const [shape, body] of Object.entries(bodies())) {
      const held: number[] = [];
      const plain: number[] = [];
      for (let i = 0; i <= BODIES_OF_A_SHAPE; i++) {
        const start = performance.now();
        JSON.stringify(JSON.parse(body));
        plain.push(performance.now() - start);
        await server.usage(); // begins the maximum anew
        await post(server, body);
        held.push((await server.usage()).heldMs);
      }
      // The first of each is the warm-up.
      const value = median(held.slice(1)) / median(plain.slice(1));
      ratios.push({ name: `event loop held by 2 MiB (${shape}), in times of JSON.parse + JSON.stringify`, value, atMost: 3 });
    }
    return ratios;
  } finally {
    await server.stop();
  }
}

async function post(server: Server, body: string): Promise<void> {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${API_KEY}` };
  const response = await fetch(server.url, { method: 'POST', headers, body });
  if (response.status !== 200) throw new Error(`A body of 2 MiB was answered with ${response.status}`);
  await response.arrayBuffer();
}

function bodies(): Record<string, string> {
  const keys = Object.fromEntries(Array.from({ length: 150_000 }, (_, n) => [`k${n}`, n % 10]));
  const numbers = Array.from({ length: 199_000 }, (_, n) => 1_000_000 + n);
  const empty = Array.from({ length: 199_000 }, () => ({}));
  return {
    'one string': withProperties({ text: 'x'.repeat(MAX_BYTES - 500) }),
    '150,000 keys': withProperties(keys),
    '199,000 numbers': withProperties({ numbers }),
    '199,000 empty objects': withProperties({ empty }),
    'a conversation': withProperties({
      conversation: Array.from({ length: 3_000 }, (_, n) => ({ role: 'user', n, content: 'word '.repeat(120) })),
    }),
  };
}

function withProperties(properties: object): string {
  return JSON.stringify({ entityType: 'message', type: 'large', messageId: 'm', properties });
}

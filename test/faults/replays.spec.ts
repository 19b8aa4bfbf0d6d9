import { startPostgres, startSqlite, type TestDatabase } from '../utils/databases.js';
import { Host } from './host.js';
import { KEY } from './http-client.js';

const WEB_KEY = 'demo-web-key'; // the sample's
const SMALL_HEAP = ['--max-old-space-size=512'];
/** When a conflict was answered with what is stored, these ended the process in the second round. */
const IDS = Array.from({ length: 60 }, (_, n) => `large-${n}`);
const ROUNDS = 2;
const SHED = 0;

let database: TestDatabase | undefined;

afterEach(async () => {
  await Host.killAll();
  await database?.stop();
  database = undefined;
});

/** Of 1.9 MB as it is stored, and of far more once it is parsed. Written once, as that takes its time too. */
const LARGE = JSON.stringify({
  id: 'ID',
  entityType: 'message',
  type: 't',
  messageId: 'm',
  properties: { list: Array.from({ length: 190_000 }, () => ({})), text: 'x'.repeat(1_300_000) },
});
const large = (id: string) => LARGE.replace('ID', id);
const small = (id: string) => JSON.stringify({ id, entityType: 'search', type: 'x', searchQuery: '' });

async function send(url: string, body: string, key: string): Promise<{ status: number; bytes: number }> {
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, bytes: (await response.arrayBuffer()).byteLength };
}

describe.each([
  ['SQLite', startSqlite],
  ['PostgreSQL', startPostgres],
])('A process of 512 MiB of heap on %s', (_name, start) => {
  it.each([
    ['other content under the ids of large events, with a web key', small, WEB_KEY, 409],
    ['other content under the ids of large events, with a key that reads', small, KEY, 409],
    ['the large events themselves', large, WEB_KEY, 200],
  ])(`lives through ${IDS.length} requests at once that send %s`, async (_what, eventOf, key, expected) => {
    database = await start();
    const host = await Host.start(database.url, { flags: SMALL_HEAP });
    for (const id of IDS) expect((await send(host.url, large(id), WEB_KEY)).status).toBe(200);
    for (let round = 0; round < ROUNDS; round++) {
      const answers = await Promise.all(
        IDS.map((id) => send(host.url, eventOf(id), key).catch(() => ({ status: SHED, bytes: 0 }))),
      );
      // Of large bodies at once, some are shed: with 503, or with a closed connection while they are sent.
      const fine = eventOf === small ? [expected] : [expected, 503, SHED];
      expect(answers.filter(({ status }) => !fine.includes(status))).toEqual([]);
      if (eventOf === small) expect(Math.max(...answers.map(({ bytes }) => bytes))).toBeLessThan(1_000);
    }
    expect(host.running).toBe(true);
    expect((await send(host.url, small('another'), WEB_KEY)).status).toBe(200);
  });
});

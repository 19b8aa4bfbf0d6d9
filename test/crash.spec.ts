import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { dataSourceOptions, startPostgres, startSqlite, type TestDatabase } from './utils/databases.js';

const MAIN = resolve('dist/sample/01-basic/main.js'); // built by `npm run build:sample`, which `npm test` does first
const KEY = 'crash-test-key';
const CLIENTS = 16;

/** What Fastify itself says to a request that comes after the host began to close. */
const REFUSED_BY_FASTIFY = { status: 503, statusCode: 503, error: 'Service Unavailable', message: 'Service Unavailable' };

interface Row {
  id: string;
  message_id: string;
  properties: string;
}

/** The sample in a process of its own. */
class Host {
  private static readonly children: ChildProcess[] = [];

  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  static async start(databaseUrl: string, adapter = 'express'): Promise<Host> {
    const env = { ...process.env, PORT: '0', ADAPTER: adapter, DATABASE_URL: databaseUrl, API_KEY: KEY };
    const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    Host.children.push(child);
    let output = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.on('exit', () => reject(new Error(`The sample ended before it took events: ${output}`)));
      child.stdout.on('data', (chunk) => {
        output += chunk;
        const match = /http:\/\/localhost:\d+\/events/.exec(output);
        if (match) resolve(match[0]);
      });
    });
    return new Host(child, url);
  }

  post(id: string): Promise<Response> {
    const headers = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' };
    return fetch(this.url, { method: 'POST', headers, body: JSON.stringify(eventOf(id)) });
  }

  end(signal: NodeJS.Signals): Promise<Ending> {
    return end(this.child, signal);
  }

  static async killAll(): Promise<void> {
    await Promise.all(Host.children.splice(0).map((child) => end(child, 'SIGKILL')));
  }
}

interface Ending {
  code: number | null;
  signal: string | null;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<Ending> {
  const running = child.exitCode === null && child.signalCode === null;
  const exit = running ? once(child, 'exit') : undefined;
  child.kill(signal);
  await exit;
  return { code: child.exitCode, signal: child.signalCode };
}

/** Clients that post one event after the other, each with an id of its own, until their connection fails. */
class Load {
  readonly sent = new Set<string>();
  readonly acknowledged = new Set<string>();
  readonly unanswered = new Set<string>();
  readonly otherAnswers: unknown[] = [];
  inFlight = 0;

  async run(host: Host, prefix: string): Promise<void> {
    let count = 0;
    const client = async () => {
      for (;;) {
        const id = `${prefix}-${++count}`;
        this.sent.add(id);
        this.inFlight++;
        try {
          const response = await host.post(id);
          const answer = (await response.json()) as { id?: string };
          if (response.status === 200 && answer.id === id) this.acknowledged.add(id);
          else this.otherAnswers.push({ status: response.status, ...answer });
        } catch {
          this.unanswered.add(id);
          return;
        } finally {
          this.inFlight--;
        }
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
  }

  async untilAcknowledged(count: number): Promise<void> {
    const deadline = Date.now() + 15_000;
    while (this.acknowledged.size < count) {
      if (Date.now() > deadline) throw new Error(`Only ${this.acknowledged.size} of ${count} events were acknowledged.`);
      await delay(1);
    }
  }
}

function eventOf(id: string) {
  const digest = createHash('sha256').update(id).digest('hex');
  const padding = digest.repeat(1 + (Number.parseInt(digest.slice(0, 2), 16) % 64));
  return { id, entityType: 'message', type: 'crash', messageId: `msg-${id}`, properties: { digest, deep: [{ padding }] } };
}

async function readRows(url: string): Promise<Row[]> {
  const source = await new DataSource(dataSourceOptions(url, { migrationsRun: false })).initialize();
  try {
    return await source.query('SELECT id, message_id, CAST(properties AS text) AS properties FROM event_log_events');
  } finally {
    await source.destroy();
  }
}

async function expectStored(url: string, { sent, acknowledged }: Load): Promise<void> {
  const rows = await readRows(url);
  const ids = rows.map(({ id }) => id);
  const stored = new Set(ids);
  const notWhole = rows.filter(({ id, message_id, properties }) => {
    const expected = eventOf(id);
    return message_id !== expected.messageId || properties !== JSON.stringify(expected.properties);
  });
  expect({
    lost: [...acknowledged].filter((id) => !stored.has(id)),
    repeated: ids.filter((id, index) => ids.indexOf(id) !== index),
    neverSent: ids.filter((id) => !sent.has(id)),
    notWhole,
  }).toEqual({ lost: [], repeated: [], neverSent: [], notWhole: [] });
}

/** Posts what was acknowledged once more: what is answered as new was lost. */
async function repostLost(host: Host, acknowledged: Set<string>): Promise<Set<string>> {
  const lost = new Set<string>();
  const ids = acknowledged.values();
  const client = async () => {
    for (const id of ids) {
      const response = await host.post(id);
      expect([response.status, await response.json()]).toEqual([200, expect.objectContaining(eventOf(id))]);
      if (response.headers.get('Idempotent-Replayed') !== 'true') lost.add(id);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return lost;
}

/** Kills the host under load, several times and at other moments; the last host is left running. */
async function killUnderLoad(databaseUrl: string, load: Load): Promise<Host> {
  let host = await Host.start(databaseUrl);
  for (const [round, count] of [50, 130, 310].entries()) {
    const before = load.acknowledged.size;
    const done = load.run(host, `round${round}`);
    await load.untilAcknowledged(before + count);
    const inFlight = load.inFlight;
    expect(await host.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    await done;
    expect(inFlight).toBeGreaterThan(0);
    host = await Host.start(databaseUrl);
  }
  expect(load.otherAnswers).toEqual([]);
  return host;
}

afterEach(() => Host.killAll());

describe.each([
  ['SQLite', startSqlite],
  ['PostgreSQL', startPostgres],
])('with %s', (_name, start) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await start();
  }, 60_000);

  afterEach(async () => {
    await Host.killAll();
    await database.stop();
  });

  it('keeps every acknowledged event, once and whole, when the process is killed under load', async () => {
    const load = new Load();
    const host = await killUnderLoad(database.url, load);
    await expectStored(database.url, load);
    expect(await repostLost(host, load.acknowledged)).toEqual(new Set());
  }, 60_000);

  it.each(['express', 'fastify'])(
    'answers what is in flight and ends by itself on SIGTERM under load, on %s',
    async (adapter) => {
      const load = new Load();
      const host = await Host.start(database.url, adapter);
      const done = load.run(host, 'term');
      await load.untilAcknowledged(100);
      const inFlight = load.inFlight;
      const sentBefore = [...load.sent];
      const ending = await Promise.race([host.end('SIGTERM'), delay(10_000, 'still running', { ref: false })]);
      await host.end('SIGKILL');
      await done;
      expect(inFlight).toBeGreaterThan(0);
      expect(sentBefore.filter((id) => load.unanswered.has(id))).toEqual([]);
      expect([
        { code: 0, signal: null },
        { code: null, signal: 'SIGTERM' },
      ]).toContainEqual(ending);
      for (const answer of load.otherAnswers) expect([adapter, answer]).toEqual(['fastify', REFUSED_BY_FASTIFY]);
      await expectStored(database.url, load);
    },
    60_000,
  );
});

it('finds the events that a store in memory loses when the process is killed', async () => {
  const load = new Load();
  const host = await killUnderLoad('memory:', load);
  expect(await repostLost(host, load.acknowledged)).toEqual(load.acknowledged);
}, 60_000);

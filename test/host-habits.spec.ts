import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { clientOf } from './utils/client.js';
import { ADAPTERS } from './utils/create-app.js';
import { newEvent } from './utils/events.js';
import { until } from './utils/until.js';

interface Host {
  url: string;
  child: ChildProcess;
  lines: string[];
  /** What the process has written to stderr, such as the error that ended it. */
  errors: string[];
}

/** A process of its own, which is killed in the end. */
async function withHost(adapter: string, habit: string, use: (host: Host) => Promise<void>): Promise<void> {
  const script = 'test/fixtures/host-habits/host.mjs';
  const child = spawn(process.execPath, [script, adapter, habit], { stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    await use(await hostOf(child));
  } finally {
    child.kill('SIGKILL');
  }
}

async function hostOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Host> {
  const host: Host = { url: '', child, lines: [], errors: [] };
  child.stderr.on('data', (text) => host.errors.push(String(text)));
  const reader = createInterface({ input: child.stdout });
  await new Promise<void>((resolve) => {
    reader.on('line', (line) => {
      host.lines.push(JSON.parse(line) as string);
      if (host.lines.at(-1)!.startsWith('http:')) resolve();
    });
    child.once('exit', () => resolve());
  });
  host.url = host.lines.splice(0).at(-1) ?? '';
  if (!host.url.startsWith('http:')) throw new Error(host.errors.join(''));
  return host;
}

const CARELESS = { 'X-Careless': '1', 'X-Request-Id': 'careless-1' };

/** Sends a request by hand and resolves to what came back until the connection closed, at most 5 s. */
async function raw(url: string, head: string[], chunks: string[], everyMs: number): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => (received += String(chunk))).on('error', () => undefined);
  const closed = once(socket, 'close').catch(() => undefined);
  const headers = Object.entries(CARELESS).map(([name, value]) => `${name}: ${value}`);
  socket.write([...head, 'Host: h', ...headers, '', ''].join('\r\n'));
  for (const chunk of chunks) {
    await delay(everyMs);
    if (socket.writable) socket.write(chunk);
  }
  await Promise.race([closed, delay(5_000, undefined, { ref: false })]);
  socket.destroy();
  return received;
}

const AUTHORIZED = ['Authorization: Bearer key-of-the-server', 'Content-Type: application/json', 'Content-Length: 500000'];
const TRICKLE = Array.from({ length: 12 }, () => '{"type":"t"');

/** Requests by which somebody else may have answered before the module does. */
const REQUESTS: Record<string, (url: string) => Promise<unknown>> = {
  'a slow store': (url) => clientOf(url, 'key-of-the-server').log(newEvent({ type: 'slow' }), { headers: CARELESS }),
  'a slow count': (url) => clientOf(url, 'key-of-the-site').log(newEvent(), { headers: CARELESS }),
  'a beacon and a slow store': (url) =>
    clientOf(url, 'key-of-the-site').beacon(newEvent({ type: 'slow' }), { headers: CARELESS }),
  'a body that does not end': (url) => raw(url, ['POST /events HTTP/1.1', ...AUTHORIZED], ['{'], 0),
  'a trickled body without a key': (url) => raw(url, ['POST /events HTTP/1.1', 'Content-Length: 500000'], TRICKLE, 150),
  'a trickled body of a method that is refused': (url) =>
    raw(url, ['PUT /events HTTP/1.1', 'Content-Length: 500000'], TRICKLE, 150),
  'a preflight with a trickled body': (url) =>
    raw(url, ['OPTIONS /events HTTP/1.1', 'Origin: https://a.example', 'Content-Length: 500000'], TRICKLE, 150),
  'a store that is down': (url) =>
    clientOf(url, 'key-of-the-server').log(newEvent({ type: 'unavailable' }), { headers: CARELESS }),
  'a store that fails': (url) => clientOf(url, 'key-of-the-server').log(newEvent({ type: 'failing' }), { headers: CARELESS }),
  'an unknown key': (url) => clientOf(url, 'key-of-nobody').log(newEvent(), { headers: CARELESS }),
};

const HABITS = [
  'ends after a time',
  'calls next with an error after a time',
  'answers and calls next',
  'sends a head and calls next',
  'has setHeader() throw',
  'has writeHead() throw',
  'has end() throw',
  'destroys the socket',
  'has the body decoded',
  'takes the headers away',
  'has a logger that throws',
];

const TIMEOUT_MS = 60_000;

// Side by side: most of the time each waits for what a host does late, or never.
describe.each(ADAPTERS)('On %s', (adapter) => {
  it.concurrent.each(HABITS)(
    'a host whose middleware or logger %s lives and serves the next request',
    (habit) =>
      withHost(adapter, habit, async ({ url, child, errors }) => {
        await Promise.all(
          Object.values(REQUESTS).map((send) =>
            Promise.race([send(url).catch(() => undefined), delay(6_000, undefined, { ref: false })]),
          ),
        );
        expect([child.exitCode, errors.join('')]).toEqual([null, '']);
        expect((await clientOf(url, 'key-of-the-server').log()).status).toBe(200);
        child.kill('SIGTERM');
        await once(child, 'exit');
        expect([child.exitCode, child.signalCode]).toEqual([null, 'SIGTERM']);
      }),
    TIMEOUT_MS,
  );

  it.concurrent(
    "a host's own answer stands, and one line of the log says so with the request's id",
    () =>
      withHost(adapter, 'ends after a time', async ({ url, lines }) => {
        const { status, text } = await clientOf(url, 'key-of-the-server').log(newEvent({ type: 'slow' }), { headers: CARELESS });
        expect([status, text]).toEqual([503, 'host']);
        await until('the line is there', () => lines.length > 0);
        await delay(100);
        expect(lines).toEqual([expect.stringMatching(/^Request careless-1 was answered by other code of the host, .*200/)]);
      }),
    TIMEOUT_MS,
  );

  it.concurrent.each([1, 100_000])(
    'a body with %i × 10 bytes that middleware of the host has decoded is stored as it was sent',
    (times) =>
      withHost(adapter, 'has the body decoded', async ({ url }) => {
        const event = newEvent({ properties: { text: 'a日😀é'.repeat(times) } });
        for (const key of ['key-of-the-server', 'key-of-the-site']) {
          const answer = await clientOf(url, key).log({ ...event, id: key }, { headers: CARELESS });
          expect([answer.status, answer.json().properties]).toEqual([200, event.properties]);
        }
      }),
    TIMEOUT_MS,
  );

  it.concurrent(
    'an unprintable and a hostile error of the store are answered with 500',
    () =>
      withHost(adapter, 'none', async ({ url }) => {
        for (const type of ['unprintable', 'hostile']) {
          expect((await clientOf(url, 'key-of-the-server').log(newEvent({ type }))).status).toBe(500);
        }
      }),
    TIMEOUT_MS,
  );

  it.concurrent(
    'a logger that throws costs no answer',
    () =>
      withHost(adapter, 'has a logger that throws', async ({ url }) => {
        const client = clientOf(url, 'key-of-the-server');
        expect((await client.log(newEvent({ type: 'unavailable' }))).status).toBe(503);
        expect((await client.log(newEvent({ type: 'failing' }))).status).toBe(500);
      }),
    TIMEOUT_MS,
  );
});

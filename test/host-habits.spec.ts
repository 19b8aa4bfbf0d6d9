import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
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

const hosts: Host[] = [];

async function start(adapter: string, habit: string): Promise<Host> {
  const script = 'test/fixtures/host-habits/host.mjs';
  const child = spawn(process.execPath, [script, adapter, habit], { stdio: ['ignore', 'pipe', 'pipe'] });
  const host: Host = { url: '', child, lines: [], errors: [] };
  hosts.push(host);
  child.stderr.on('data', (text) => host.errors.push(String(text)));
  createInterface({ input: child.stdout }).on('line', (line) => host.lines.push(JSON.parse(line) as string));
  const hasUrl = () => host.lines.some((line) => line.startsWith('http:'));
  await until('the host listens', () => hasUrl() || child.exitCode !== null);
  if (!hasUrl()) throw new Error(host.errors.join(''));
  host.url = host.lines.splice(0).find((line) => line.startsWith('http:'))!;
  return host;
}

afterEach(() => hosts.splice(0).forEach(({ child }) => child.kill('SIGKILL')));

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

describe.each(ADAPTERS)('On %s', (adapter) => {
  it.each(HABITS)(
    'a host whose middleware or logger %s lives and serves the next request',
    async (habit) => {
      const { url, child, errors } = await start(adapter, habit);
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
    },
    20_000,
  );

  it("a host's own answer stands, and one line of the log says so with the request's id", async () => {
    const { url, lines } = await start(adapter, 'ends after a time');
    const { status, text } = await clientOf(url, 'key-of-the-server').log(newEvent({ type: 'slow' }), { headers: CARELESS });
    expect([status, text]).toEqual([503, 'host']);
    await until('the line is there', () => lines.length > 0);
    await delay(100);
    expect(lines).toEqual([expect.stringMatching(/^Request careless-1 was answered by other code of the host, .*200/)]);
  });

  it.each([1, 100_000])(
    'a body with %i × 10 bytes that middleware of the host has decoded is stored as it was sent',
    async (times) => {
      const { url } = await start(adapter, 'has the body decoded');
      const event = newEvent({ properties: { text: 'a日😀é'.repeat(times) } });
      for (const key of ['key-of-the-server', 'key-of-the-site']) {
        const answer = await clientOf(url, key).log({ ...event, id: key }, { headers: CARELESS });
        expect([answer.status, answer.json().properties]).toEqual([200, event.properties]);
      }
    },
  );

  it.each(['unprintable', 'hostile'])('an %s error of the store is answered with 500', async (type) => {
    const { url } = await start(adapter, 'none');
    const { status } = await clientOf(url, 'key-of-the-server').log(newEvent({ type }));
    expect(status).toBe(500);
  });

  it('a logger that throws costs no answer', async () => {
    const { url } = await start(adapter, 'has a logger that throws');
    const client = clientOf(url, 'key-of-the-server');
    expect((await client.log(newEvent({ type: 'unavailable' }))).status).toBe(503);
    expect((await client.log(newEvent({ type: 'failing' }))).status).toBe(500);
  });
});

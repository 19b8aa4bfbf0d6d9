import autocannon from 'autocannon';
import { BODY } from './event.js';
import { API_KEY, type Server } from './server.js';

/** What one server did under load. */
export interface Measurement {
  /** Answers a second. */
  rate: number;
  /** Milliseconds that half of the answers took at most. */
  p50: number;
  /** Milliseconds that 99 of 100 answers took at most. */
  p99: number;
  /** CPU time of the server's process, microseconds a request. */
  cpu: number;
}

/** What is posted. */
export interface Load {
  path?: string;
  body: string | Buffer;
  headers: Record<string, string>;
}

const ONE_EVENT: Load = { body: BODY, headers: { 'content-type': 'application/json' } };

/** Posts the same, by default an event, over `connections` for some seconds. Throws when an answer is not 200. */
export async function load(
  server: Server,
  connections: number,
  seconds: number,
  { path = '', body, headers }: Load = ONE_EVENT,
): Promise<Measurement> {
  const latencies: number[] = [];
  const before = await server.usage();
  const options = {
    url: server.url + path,
    connections,
    duration: seconds,
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${API_KEY}` },
    body,
  } as const;
  const { non2xx, errors, duration } = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)));
    run.on('response', (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds));
  });
  const after = await server.usage();
  if (non2xx > 0 || errors > 0) {
    throw new Error(`${server.url}: ${non2xx} answers were not 200, ${errors} connections failed`);
  }
  const sorted = Float64Array.from(latencies).sort();
  const { user, system } = after.cpu;
  return {
    rate: sorted.length / duration,
    p50: sorted[Math.floor(sorted.length * 0.5)],
    p99: sorted[Math.floor(sorted.length * 0.99)],
    cpu: (user + system - before.cpu.user - before.cpu.system) / sorted.length,
  };
}

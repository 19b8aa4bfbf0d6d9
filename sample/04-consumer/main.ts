import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { databaseOption } from '../01-basic/database.js';
import { createReceiver } from './receiver.js';

interface Instance {
  pid: number;
  port: number;
}

const { DATABASE_URL = 'sqlite:./data/consumers.sqlite', PORT = '3000' } = process.env;

// In a host of yours both are configured, and the receiver is a server of somebody else.
const WEBHOOK_SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const receiver = createReceiver(WEBHOOK_SECRET, (events) => console.log(`The receiver was sent ${events.length}.`));
await once(receiver.listen(0, '127.0.0.1'), 'listening');
const WEBHOOK_URL = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;

/** Starts an instance, and waits until it takes events. */
async function start(port: number): Promise<Instance> {
  const env = { ...process.env, DATABASE_URL, PORT: String(port), WEBHOOK_URL, WEBHOOK_SECRET };
  const child = fork(new URL('./instance.js', import.meta.url), { env });
  children.push(child);
  child.once('exit', (code, signal) => {
    console.log(`Process ${child.pid} has ended (${signal ?? code}).`);
    if (code) process.exit(code); // it could not start
  });
  const [message] = (await once(child, 'message')) as [Instance];
  return message;
}

/** The instances notice, finish what they have in hand, and end. */
async function stop(): Promise<void> {
  const running = children.filter(({ connected }) => connected);
  for (const child of running) child.disconnect();
  await Promise.all(running.map((child) => once(child, 'exit')));
  process.exit();
}

mkdirSync('data', { recursive: true });
const children: ChildProcess[] = [];
process.once('SIGINT', stop).once('SIGTERM', stop);
const instances: Instance[] = [];
for (const port of PORT === '0' ? [0, 0] : [Number(PORT), Number(PORT) + 1]) instances.push(await start(port));

const [first, second] = instances;
console.log(`
Two instances take events, http://localhost:${first.port}/events (process ${first.pid})
and http://localhost:${second.port}/events (process ${second.pid}). One of them counts in data/report.txt.
One of them sends each event to a receiver of webhooks, ${WEBHOOK_URL}.

Log an event on one of them; the process that counts says so:
  curl http://localhost:${second.port}/events -H 'Authorization: Bearer demo-api-key' -H 'Content-Type: application/json' \\
    -d '{"entityType":"message","type":"message:copied","messageId":"msg_1"}'
  cat data/report.txt

See who counts, and how far it is behind:
  npm run -s consumers -- list${databaseOption(DATABASE_URL)}

Kill that process, log some more on the other one, and watch it go on within ten seconds:
  kill -9 <pid>
`);

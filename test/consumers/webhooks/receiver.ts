import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import type { WebhookEndpoint } from '../../../lib/consumers/webhooks/webhook-endpoint.interface.js';
import { loadWebhookPackages } from '../../../lib/consumers/webhooks/load-webhook-packages.js';
import { WebhookSender, type WebhookSenderOptions } from '../../../lib/consumers/webhooks/webhook-sender.js';

export const SECRET = `whsec_${Buffer.from('a secret of 24 bytes ...').toString('base64')}`;
export const OLD_SECRET = `whsec_${Buffer.from('an old one of 24 bytes..').toString('base64')}`;

export interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** How many connections were made to it. */
  connections: number;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const closing: (() => unknown)[] = [];

/** Ends all receivers and senders of a test. */
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

/** A server that keeps what it is sent and answers it so. */
export function startReceiver(answer: Answer = (response) => response.end()): Promise<Receiver> {
  return listen((listener) => createServer(listener), 'http', answer);
}

/** The same with TLS. */
export function startTlsReceiver(certificate: { key: string; cert: string }, answer: Answer = (response) => response.end()) {
  return listen((listener) => createHttpsServer(certificate, listener), 'https', answer);
}

export async function newSender(options: WebhookSenderOptions = {}, lookup?: LookupFunction): Promise<WebhookSender> {
  const sender = new WebhookSender(await loadWebhookPackages(), { allowPrivateAddresses: true, ...options }, lookup);
  closing.push(() => sender.close());
  return sender;
}

export function endpointOf({ url }: { url: string }, fields: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
  return { id: 'e1', url, secrets: [SECRET], ...fields };
}

/** What was signed, by the reference library's own check. Throws where a signature is wrong. */
export function verified<T = unknown>({ body, headers }: Received, secret = SECRET): T {
  return new Webhook(secret).verify(body, headers) as T;
}

/** A certificate for a host name that no authority has signed. */
export function selfSigned(host: string): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  try {
    execFileSync('openssl', ['req', '-x509', ...ec, '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject], {
      stdio: 'ignore',
    });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A lookup that gives these addresses, whatever the name: for each question the next list, and the last one for ever. */
export function lookupOf(...answers: string[][]): LookupFunction {
  let asked = 0;
  return (_hostname, _options, callback) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
}

async function listen(create: (listener: RequestListener) => Server, scheme: string, answer: Answer): Promise<Receiver> {
  const received: Received[] = [];
  const server = create(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString() });
    answer(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const receiver = { url: `${scheme}://127.0.0.1:${port}/hook?a=1`, port, received, connections: 0 };
  server.on('connection', () => receiver.connections++);
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return receiver;
}

import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { createReceiver } from './receiver.js';

const SECRET = `whsec_${Buffer.from('a secret of the receiver').toString('base64')}`;
const BODY = JSON.stringify({ type: 'events.stored', timestamp: '2026-01-02T03:04:05Z', data: { events: [{ id: 'é1' }] } });

let server: Server;
let received: string[];
let isBroken: boolean;

beforeEach(async () => {
  received = [];
  isBroken = false;
  server = createReceiver(SECRET, (events) => {
    if (isBroken) throw new Error('broken');
    received.push(...events.map(({ id }) => id));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => server.close());

async function deliver(body: string, { secret = SECRET, signed = body, at = new Date() } = {}): Promise<number> {
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('msg_1', at, signed),
    Connection: 'close',
  };
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body });
  await response.text();
  return response.status;
}

describe('The receiver of the sample', () => {
  it('takes events that its secret has signed', async () => {
    expect(await deliver(BODY)).toBe(204);
    expect(received).toEqual(['é1']);
  });

  it('takes what was erased, and types that it does not know, and counts no events of them', async () => {
    expect(await deliver(BODY.replace('stored', 'erased'))).toBe(204);
    expect(received).toEqual([]);
  });

  it('refuses events of another secret, of another body and of another time', async () => {
    expect(await deliver(BODY, { secret: `whsec_${Buffer.from('another').toString('base64')}` })).toBe(401);
    expect(await deliver(BODY, { signed: '{}' })).toBe(401);
    expect(await deliver(BODY, { at: new Date(Date.now() - 10 * 60_000) })).toBe(401);
    expect(received).toEqual([]);
  });

  it('asks for the events again where they could not be handled', async () => {
    isBroken = true;
    expect(await deliver(BODY)).toBe(500);
  });

  it('refuses a body that is larger than what webhooks send', async () => {
    expect(await deliver(' '.repeat(2 * 1024 * 1024 + 1))).toBe(413);
  });
});

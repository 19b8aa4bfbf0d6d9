import { setTimeout as delay } from 'node:timers/promises';
import type { StoredEvent } from 'nestjs-event-log';
import { ConsumerService } from 'nestjs-event-log/consumers';
import { ConsumersHost } from '../../../lib/consumers/consumers.host.js';
import type { Subscription } from '../../../lib/consumers/subscription.interface.js';
import type { WebhookDelivery } from '../../../lib/consumers/webhooks/webhook-delivery.interface.js';
import { WebhookSubscription } from '../../../lib/consumers/webhooks/webhook-subscription.js';
import type { FeedRecord } from '../../../lib/storage/event-feed.js';
import { closeApps } from '../../utils/create-app.js';
import { newRecord } from '../../utils/events.js';
import { until } from '../../utils/until.js';
import { startConsumers } from '../host.js';
import { closeAll, endpointOf, newSender, type Received, type Receiver, startReceiver, verified } from './receiver.js';

const HOUR = 3_600_000;

interface Payload {
  type: string;
  timestamp: string;
  data: { events: { id: string; projectId: string | null }[] };
}

afterEach(async () => {
  await closeApps();
  await closeAll();
});

/** A host, and what has an endpoint subscribed there. */
async function startHost() {
  const { app, log, lines, url } = await startConsumers([]);
  const host = app.get(ConsumersHost, { strict: false });
  const consumers = app.get(ConsumerService, { strict: false });
  const stateOf = async (name: string) => (await consumers.list()).find((one) => one.name === name)!;
  return { log, lines, url, consumers, stateOf, subscribe: (subscription: Subscription) => host.add(subscription) };
}

/** The subscription without its pauses, and how long they would have been. */
function withoutPauses(subscription: WebhookSubscription): Subscription & { paused: number } {
  const { name, from, batchSize, handleTimeout, retry } = subscription;
  const hurried = {
    ...{ name, from, batchSize, handleTimeout, paused: 0 },
    isWanted: subscription.isWanted.bind(subscription),
    deliver: subscription.deliver.bind(subscription),
    retry: {
      ...retry,
      pauseAfter: (attempts: number) => {
        hurried.paused += retry.pauseAfter(attempts);
        return 0;
      },
    },
  };
  return hurried;
}

function payloadOf(received: Received): Payload {
  return verified<Payload>(received);
}

function idsIn({ received }: Receiver): string[] {
  return received.flatMap((one) => payloadOf(one).data.events.map(({ id }) => id));
}

function stored(position: string, fields: Parameters<typeof newRecord>[0] = {}): FeedRecord & { kind: 'stored' } {
  return { kind: 'stored', position, receivedAt: '2026-01-01T00:00:00.000Z', event: newRecord({ id: position, ...fields }) };
}

function erased(position: string, projectId: string | null): FeedRecord {
  return { kind: 'erased', position, receivedAt: '2026-01-01T00:00:00.000Z', idDigest: position, projectId };
}

function contextOf(attempt = 1) {
  return { signal: new AbortController().signal, attempt, after: '0' };
}

it('an endpoint is sent what is posted as it is answered on the wire', async () => {
  const receiver = await startReceiver();
  const { url, subscribe } = await startHost();
  await subscribe(new WebhookSubscription(endpointOf(receiver), await newSender()));
  const body = JSON.stringify({ id: '1', entityType: 'message', type: 't', messageId: 'm', properties: { b: 1, a: [null] } });
  const headers = { Authorization: 'Bearer key-of-the-host', 'Content-Type': 'application/json', Connection: 'close' };
  const answer = await (await fetch(`${url}/events`, { method: 'POST', headers, body })).text();
  await until('it is delivered', () => receiver.received.length === 1);
  const [received] = receiver.received;
  const { type, timestamp, data } = payloadOf(received);
  expect({ type, data }).toEqual({ type: 'events.stored', data: { events: [JSON.parse(answer)] } });
  expect(received.body).toContain(answer);
  expect(new Date(timestamp).toISOString()).toBe(timestamp);
  expect(received.headers['webhook-id']).toMatch(/^msg_[\w-]{27}$/);
});

it('tries of the same events have one id, each with a time and a signature of its own, until the endpoint takes them', async () => {
  let failures = 2;
  const receiver = await startReceiver((response) => response.writeHead(failures-- > 0 ? 500 : 200).end('SECRET ANSWER'));
  const { log, lines, stateOf, subscribe } = await startHost();
  const deliveries: WebhookDelivery[] = [];
  const subscription = new WebhookSubscription(endpointOf(receiver), await newSender(), (one) => deliveries.push(one));
  await subscribe(withoutPauses(subscription));
  await log('1');
  await until('it is taken', () => deliveries.length === 3);
  const ids = new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
  expect([...ids]).toEqual([deliveries[0].messageId]);
  expect(receiver.received.map((one) => payloadOf(one).data.events[0].id)).toEqual(['1', '1', '1']);
  expect(deliveries.map(({ attempt, status, error }) => ({ attempt, status, error }))).toEqual([
    { attempt: 1, status: 500, error: 'It answered with 500' },
    { attempt: 2, status: 500, error: 'It answered with 500' },
    { attempt: 3, status: 200, error: undefined },
  ]);
  expect(deliveries[0]).toMatchObject({ endpointId: 'e1', count: 1, ms: expect.any(Number), at: expect.any(String) });
  await until('its position is moved', async () => (await stateOf('webhook:e1')).position === deliveries[0].position);
  expect(lines.all.join('\n')).toContain("The consumer 'webhook:e1' failed, try 1: WebhookFailedError: It answered with 500");
  expect(lines.all.join('\n')).not.toContain('SECRET');
});

it('an endpoint that answers with 500 for three days is stopped, with a line in the log, and goes on when it is resumed', async () => {
  let status = 500;
  const receiver = await startReceiver((response) => response.writeHead(status).end());
  const { consumers, log, lines, stateOf, subscribe } = await startHost();
  const subscription = withoutPauses(new WebhookSubscription(endpointOf(receiver), await newSender()));
  await subscribe(subscription);
  await log('1', '2');
  await until('it has stopped', async () => (await stateOf('webhook:e1')).status === 'stopped');
  expect(receiver.received).toHaveLength(25);
  expect(subscription.paused / HOUR).toBeGreaterThan(72 * 0.9);
  expect(subscription.paused / HOUR).toBeLessThan(72 * 1.1);
  expect(await stateOf('webhook:e1')).toMatchObject({ lastError: 'WebhookFailedError: It answered with 500', parkedEvents: 0 });
  expect(lines.all.join('\n')).toContain("The consumer 'webhook:e1' has stopped.");
  await until('the lease is given back', async () => (await stateOf('webhook:e1')).holder === null);
  receiver.received.length = 0;
  await consumers.resume('webhook:e1');
  await until('it is tried more than once', () => receiver.received.length > 1);
  status = 200;
  receiver.received.length = 0;
  await until('the rest is delivered', () => idsIn(receiver).length === 2);
  expect(idsIn(receiver)).toEqual(['1', '2']);
});

it('an endpoint that says it is gone is stopped at once', async () => {
  const receiver = await startReceiver((response) => response.writeHead(410).end());
  const { log, stateOf, subscribe } = await startHost();
  await subscribe(new WebhookSubscription(endpointOf(receiver), await newSender()));
  await log('1');
  await until('it has stopped', async () => (await stateOf('webhook:e1')).status === 'stopped');
  expect(receiver.received).toHaveLength(1);
  expect((await stateOf('webhook:e1')).lastError).toBe('WebhookFailedError: It answered with 410');
});

it('an endpoint that hangs holds up no other one', async () => {
  const [slow, fast] = [await startReceiver(() => undefined), await startReceiver()];
  const { log, subscribe } = await startHost();
  const sender = await newSender({ timeout: 5_000 });
  await subscribe(new WebhookSubscription(endpointOf(slow, { id: 'slow' }), sender));
  await subscribe(new WebhookSubscription(endpointOf(fast, { id: 'fast' }), sender));
  await log('1', '2', '3');
  await until('the other one has all', () => idsIn(fast).length === 3);
  expect(idsIn(fast)).toEqual(['1', '2', '3']);
});

it('an endpoint is sent only what its filters let through, and of what is erased that of its project', async () => {
  const receiver = await startReceiver();
  const sender = await newSender();
  const wanted = (fields: Parameters<typeof endpointOf>[1], ...records: FeedRecord[]) => {
    const subscription = new WebhookSubscription(endpointOf(receiver, fields), sender);
    return records.filter((record) => subscription.isWanted(record)).map(({ position }) => position);
  };
  const records = [
    stored('a'),
    stored('b', { type: 'other' }),
    stored('c', { projectId: 'q' }),
    stored('d', { projectId: null }),
  ];
  expect(wanted({}, ...records)).toEqual(['a', 'b', 'c', 'd']);
  expect(wanted({ types: ['other'] }, ...records)).toEqual(['b']);
  expect(wanted({ entityTypes: ['message'], projectId: 'q' }, ...records)).toEqual(['c']);
  expect(wanted({ entityTypes: ['search'] }, ...records, erased('e', 'p'))).toEqual(['e']);
  expect(wanted({ projectId: 'q' }, erased('e', 'p'), erased('f', 'q'), erased('g', null))).toEqual(['f']);
});

it('what was erased is sent by the digest of its id and its project alone', async () => {
  const receiver = await startReceiver();
  const subscription = new WebhookSubscription(endpointOf(receiver), await newSender());
  await subscription.deliver([erased('1', 'p'), erased('2', null)], contextOf());
  const { type, data } = payloadOf(receiver.received[0]);
  expect({ type, data }).toEqual({
    type: 'events.erased',
    data: {
      events: [
        { idDigest: '1', projectId: 'p' },
        { idDigest: '2', projectId: null },
      ],
    },
  });
});

describe('More than 1 MiB', () => {
  const large = (position: string, kilobytes: number) =>
    stored(position, { properties: { text: 'é'.repeat(kilobytes * 512) } } as Partial<StoredEvent>);

  it('goes in several requests in order, an event that is larger alone', async () => {
    const receiver = await startReceiver();
    const deliveries: WebhookDelivery[] = [];
    const subscription = new WebhookSubscription(endpointOf(receiver), await newSender(), (one) => deliveries.push(one));
    const records = [large('1', 400), large('2', 400), large('3', 400), large('4', 2_000), large('5', 1)];
    await subscription.deliver(records, contextOf());
    const sent = receiver.received.map((one) => payloadOf(one).data.events.map(({ id }) => id));
    expect(sent).toEqual([['1', '2'], ['3'], ['4'], ['5']]);
    const sizes = receiver.received.map(({ body }) => Buffer.byteLength(body));
    expect([sizes[0], sizes[1], sizes[3]].every((size) => size <= 1_048_576)).toBe(true);
    const places = deliveries.map(({ after, position, count }) => [after, position, count]);
    expect(places).toEqual([
      ['0', '2', 2],
      ['2', '3', 1],
      ['3', '4', 1],
      ['4', '5', 1],
    ]);
    expect(new Set(deliveries.map(({ messageId }) => messageId)).size).toBe(4);
  });

  it('is tried again only from the request on that failed, and wholly where it is delivered anew', async () => {
    let status = 500;
    const receiver = await startReceiver((response) => {
      response.writeHead(receiver.received.length === 2 ? status : 200).end();
    });
    const subscription = new WebhookSubscription(endpointOf(receiver), await newSender());
    const records = [large('1', 600), large('2', 600), large('3', 600)];
    await expect(subscription.deliver(records, contextOf())).rejects.toMatchObject({ status: 500 });
    status = 200;
    await subscription.deliver(records, contextOf(2));
    expect(idsIn(receiver)).toEqual(['1', '2', '2', '3']);
    await subscription.deliver(records, contextOf());
    expect(idsIn(receiver).slice(4)).toEqual(['1', '2', '3']);
  });
});

it('a delivery that can not be recorded is a line in the log, and not sent again', async () => {
  const receiver = await startReceiver();
  const { log, lines, stateOf, subscribe } = await startHost();
  const recorded = () => Promise.reject(new Error('the table is gone'));
  await subscribe(new WebhookSubscription(endpointOf(receiver), await newSender(), recorded));
  const before = (await stateOf('webhook:e1')).position;
  await log('1');
  await until('its position is moved', async () => (await stateOf('webhook:e1')).position !== before);
  await delay(50);
  expect(receiver.received).toHaveLength(1);
  expect(lines.all.join('\n')).toContain('A delivery of webhook:e1 was not recorded: Error: the table is gone');
});

it('what changes in an endpoint is in force with the next request', async () => {
  const [one, other] = [await startReceiver(), await startReceiver()];
  const endpoint = { ...endpointOf(one) };
  const subscription = new WebhookSubscription(endpoint, await newSender());
  await subscription.deliver([stored('1')], contextOf());
  endpoint.url = other.url;
  await subscription.deliver([stored('2')], contextOf());
  expect([idsIn(one), idsIn(other)]).toEqual([['1'], ['2']]);
});

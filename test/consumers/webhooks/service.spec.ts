import { setTimeout as delay } from 'node:timers/promises';
import type { StoredEvent } from 'nestjs-event-log';
import { ConsumerService, type EventLogConsumersOptions, WebhookService } from 'nestjs-event-log/consumers';
import { ADAPTERS, closeApps } from '../../utils/create-app.js';
import { ownTime } from '../../utils/own-time.js';
import { until } from '../../utils/until.js';
import { type ConsumerHostOptions, startConsumers } from '../host.js';
import { closeAll, OLD_SECRET, type Received, type Receiver, SECRET, startReceiver, verified } from './receiver.js';

const LOCAL = { allowPrivateAddresses: true };

afterEach(async () => {
  await closeApps();
  await closeAll();
});

async function startHost(webhooks: EventLogConsumersOptions['webhooks'] = LOCAL, options: ConsumerHostOptions = {}) {
  const host = await startConsumers([], { webhooks, ...options });
  const service = host.app.get(WebhookService, { strict: false });
  const reportOf = async (id: string) => (await service.list()).find((one) => one.id === id)!;
  return { ...host, service, reportOf };
}

const eventsOf = (received: Received, secret: string) =>
  verified<{ data: { events: StoredEvent[] } }>(received, secret).data.events;
const idsAt = ({ received }: Receiver, secret: string) => received.flatMap((one) => eventsOf(one, secret).map(({ id }) => id));

it.each(ADAPTERS)(
  'an endpoint that is created is sent what is stored from then on, signed by its secret (%s)',
  async (adapter) => {
    const receiver = await startReceiver();
    const { log, service, reportOf } = await startHost(LOCAL, { adapter });
    await log('before');
    const { secret, webhook } = await service.create({ name: 'CRM', url: receiver.url });
    await log('1', '2');
    await until('both are delivered', () => receiver.received.length > 0 && idsAt(receiver, secret).length === 2);
    expect(idsAt(receiver, secret)).toEqual(['1', '2']);
    expect(webhook).toMatchObject({ id: expect.stringMatching(/^whk_/), name: 'CRM', status: 'running', lastDelivery: null });
    await until('its position is moved', async () => (await reportOf(webhook.id)).lagEvents === 0);
    expect(await reportOf(webhook.id)).toMatchObject({ status: 'running', lastDelivery: { status: 200, error: null } });
  },
);

it('the secret of an endpoint is told once, and stands in no list', async () => {
  const { service, lines } = await startHost();
  const { secret, webhook } = await service.create({ name: 'CRM', url: 'http://127.0.0.1:9/hook' });
  const { secret: next } = await service.rotate(webhook.id);
  const told = JSON.stringify([webhook, await service.list(), lines.all]);
  expect([secret, next]).toEqual([expect.stringMatching(/^whsec_/), expect.stringMatching(/^whsec_/)]);
  for (const one of [secret, next]) expect(told).not.toContain(one.slice('whsec_'.length));
});

it('after a rotation both secrets verify until the grace period is over, then the new one alone', async () => {
  const receiver = await startReceiver();
  const { service, reportOf } = await startHost();
  const { secret: old, webhook } = await service.create({ name: 'CRM', url: receiver.url });
  const { secret, webhook: rotated } = await service.rotate(webhook.id, { gracePeriod: 60_000 });
  expect(rotated.graceEndsAt).toBe((await reportOf(webhook.id)).graceEndsAt);
  await service.ping(webhook.id);
  for (const one of [old, secret]) expect(verified(receiver.received[0], one)).toMatchObject({ type: 'ping', data: {} });

  const { secret: last } = await service.rotate(webhook.id, { gracePeriod: 0 });
  await service.ping(webhook.id);
  expect(verified(receiver.received[1], last)).toMatchObject({ type: 'ping' });
  for (const one of [old, secret]) expect(() => verified(receiver.received[1], one)).toThrow();
  expect((await reportOf(webhook.id)).graceEndsAt).toBeNull();
});

it('events that are on their way are signed anew after a rotation', async () => {
  const receiver = await startReceiver();
  const { log, service } = await startHost();
  const { webhook } = await service.create({ name: 'CRM', url: receiver.url });
  await log('1');
  await until('the first is delivered', () => receiver.received.length === 1);
  const { secret } = await service.rotate(webhook.id, { gracePeriod: 0 });
  await until('the running instance has seen it', async () => {
    await log(`${Date.now()}`);
    const last = receiver.received.at(-1)!;
    return last.headers['webhook-signature'] !== undefined && isSignedBy(last, secret);
  });
});

it('an endpoint is sent the events that its filters name, and of erased ones those of its project', async () => {
  const receiver = await startReceiver();
  const endpoint = { id: 'crm', url: receiver.url, secret: [SECRET, OLD_SECRET], types: ['t'], entityTypes: ['message'] };
  const { log, reportOf } = await startHost({ ...LOCAL, endpoints: [endpoint, { ...endpoint, id: 'none', types: ['other'] }] });
  await log('1');
  await until('it is delivered', () => receiver.received.length === 1);
  for (const secret of [SECRET, OLD_SECRET]) expect(idsAt(receiver, secret)).toEqual(['1']);
  expect(await reportOf('crm')).toMatchObject({ name: 'crm', createdAt: null, types: ['t'], entityTypes: ['message'] });
  expect((await reportOf('none')).lastDelivery).toBeNull();
});

it('a paused endpoint is sent nothing, and what waited once it is resumed', async () => {
  const receiver = await startReceiver();
  const { app, log, service, reportOf } = await startHost();
  const { secret, webhook } = await service.create({ name: 'CRM', url: receiver.url });
  await service.pause(webhook.id);
  const consumers = app.get(ConsumerService, { strict: false });
  await until('nobody holds it', async () => (await consumers.list())[0].holder === null);
  await log('1', '2');
  expect(await reportOf(webhook.id)).toMatchObject({ status: 'paused', lagEvents: 2 });
  expect(receiver.received).toEqual([]);
  await service.resume(webhook.id);
  await until('it is delivered', () => idsAt(receiver, secret).length === 2);
});

it('an endpoint that answers with 410 is stopped, can be seen to be so, and goes on when it is resumed', async () => {
  let status = 410;
  const receiver = await startReceiver((response) => response.writeHead(status).end());
  const { log, lines, service, reportOf } = await startHost();
  const { webhook } = await service.create({ name: 'CRM', url: receiver.url });
  await log('1');
  await until('it is stopped', async () => (await reportOf(webhook.id)).status === 'stopped');
  expect(await reportOf(webhook.id)).toMatchObject({
    lagEvents: 1,
    lastError: 'WebhookFailedError: It answered with 410',
    lastDelivery: { status: 410, attempt: 1 },
  });
  expect(lines.all.join('\n')).toContain(`The consumer 'webhook:${webhook.id}' has stopped`);
  status = 204;
  await service.resume(webhook.id);
  await until('it is taken', async () => (await reportOf(webhook.id)).lagEvents === 0);
});

it('an endpoint that does not answer holds up no other', async () => {
  const slow = await startReceiver(() => undefined);
  const receiver = await startReceiver();
  const { log, service } = await startHost();
  await service.create({ name: 'slow', url: slow.url });
  const { secret } = await service.create({ name: 'CRM', url: receiver.url });
  await log('1');
  await until('the slow one has it', () => slow.received.length === 1);
  await log('2', '3');
  await until('the other one has all', () => idsAt(receiver, secret).length === 3);
  expect(slow.received).toHaveLength(1);
});

it('endpoints that are made at once are all sent to soon', async () => {
  const receivers = await Promise.all(Array.from({ length: 20 }, () => startReceiver()));
  const { log, service } = await startHost();
  await Promise.all(receivers.map(({ url }, index) => service.create({ name: `No. ${index}`, url })));
  const began = ownTime();
  await log('1');
  await until('all are delivered', () => receivers.every(({ received }) => received.length === 1));
  expect(ownTime() - began).toBeLessThan(4_500);
});

it('a delivery is sent once more by hand, with the same events under the same id', async () => {
  let status = 410;
  const receiver = await startReceiver((response) => response.writeHead(status).end());
  const { log, service } = await startHost();
  const { secret, webhook } = await service.create({ name: 'CRM', url: receiver.url, types: ['t'] });
  await log('1');
  await until('it was refused', async () => (await service.deliveries(webhook.id)).length === 1);
  await log('2');
  status = 200;
  const [refused] = await service.deliveries(webhook.id);
  const taken = await service.redeliver(refused.id);
  expect([refused, taken]).toMatchObject([
    { attempt: 1, status: 410 },
    { attempt: 2, status: 200, error: null, count: 1 },
  ]);
  const [first, again] = receiver.received;
  expect(again.headers['webhook-id']).toBe(first.headers['webhook-id']);
  expect(eventsOf(again, secret)).toEqual(eventsOf(first, secret));
  expect(await service.deliveries(webhook.id)).toEqual([taken, refused]);
  expect(await service.deliveries(webhook.id, { limit: 1 })).toEqual([taken]);
});

it('an endpoint that is deleted is sent nothing more, and is forgotten with its deliveries', async () => {
  const receiver = await startReceiver();
  const { log, service, app } = await startHost();
  const { webhook } = await service.create({ name: 'CRM', url: receiver.url });
  await log('1');
  await until('it is delivered', async () => (await service.deliveries(webhook.id)).length === 1);
  await service.delete(webhook.id);
  await delay(100); // so that this instance has seen it
  await log('2');
  expect(await service.list()).toEqual([]);
  await expect(service.deliveries(webhook.id)).rejects.toMatchObject({ status: 404 });
  await app.close();
  expect(receiver.received).toHaveLength(1);
});

function isSignedBy(received: Received, secret: string): boolean {
  try {
    verified(received, secret);
    return true;
  } catch {
    return false;
  }
}

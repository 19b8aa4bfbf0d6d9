import { EventLogModule, InMemoryConsumerStore, InMemoryEventFeed, InMemoryEventRepository } from 'nestjs-event-log';
import {
  type ConfiguredWebhook,
  EventLogConsumersModule,
  type EventLogConsumersOptions,
  type NewWebhook,
  WebhookService,
} from 'nestjs-event-log/consumers';
import { closeApps, createApp } from '../../utils/create-app.js';
import { until } from '../../utils/until.js';
import { startConsumers } from '../host.js';
import { closeAll, SECRET, startReceiver } from './receiver.js';

const URL_OF_TENANT = 'https://crm.example.com/hook';

afterEach(async () => {
  await closeApps();
  await closeAll();
});

async function serviceOf(webhooks?: EventLogConsumersOptions['webhooks']) {
  const { app, log } = await startConsumers([], { webhooks });
  return { log, service: app.get(WebhookService, { strict: false }) };
}

const configured = (fields: Partial<Record<keyof ConfiguredWebhook, unknown>>) => ({
  endpoints: [{ id: 'crm', url: URL_OF_TENANT, secret: SECRET, ...fields } as ConfiguredWebhook],
});

it.each<[unknown, string]>([
  ['yes', 'Expected `webhooks` to be true or { endpoints, … }, got string'],
  [{ endpoint: [] }, 'Unknown option `endpoint`: known are endpoints, allowPrivateAddresses'],
  [{ allowPrivateAddresses: 1 }, 'Expected `webhooks.allowPrivateAddresses` to be true or false, got number'],
  [{ endpoints: {} }, 'Expected `webhooks.endpoints` to be a list of { id, url, secret }, got an object'],
  [{ endpoints: [null] }, 'Expected `webhooks.endpoints[0]` to be { id, url, secret }, got null'],
  [configured({ id: 'whk_1' }), 'Expected `webhooks.endpoints[0].id` to be 1 to 80 letters'],
  [configured({ id: 'a b' }), 'Expected `webhooks.endpoints[0].id` to be 1 to 80 letters'],
  [
    configured({ url: 'http://crm.example.com' }),
    '`webhooks.endpoints[0].url`: Expected the URL of a webhook to begin with https',
  ],
  [configured({ url: 'https://10.0.0.1/' }), '`webhooks.endpoints[0].url`: Expected the URL of a webhook to lead to a public'],
  [configured({ secret: 'whsec_short' }), 'Expected `webhooks.endpoints[0].secret` to be whsec_ and Base64 of 24 to 64'],
  [configured({ secret: [] }), 'Expected `webhooks.endpoints[0].secret` to hold at least one secret'],
  [configured({ secret: [SECRET, 1] }), 'Expected `webhooks.endpoints[0].secret[1]` to be whsec_'],
  [
    configured({ types: 'copied' }),
    'Expected `webhooks.endpoints[0].types` to be a list of 1 to 100 names; leave it out for all',
  ],
  [configured({ entityTypes: [1] }), 'Expected `webhooks.endpoints[0].entityTypes[0]` to be a string, got number'],
  [configured({ projectId: '\0' }), '`webhooks.endpoints[0].projectId` must not contain control characters'],
  [{ endpoints: [...configured({}).endpoints, ...configured({}).endpoints] }, "`webhooks.endpoints` have the id 'crm'"],
])('webhooks that are %j refuse to boot, in a sentence that names what is wrong', async (webhooks, message) => {
  await expect(serviceOf(webhooks as boolean)).rejects.toThrow(message);
});

it('an endpoint of an entity type that is not there is warned of, whether it is configured or made', async () => {
  const { app, lines } = await startConsumers([], { webhooks: configured({ entityTypes: ['message', 'mesage'] }) });
  const warnings = () => lines.all.filter((line) => line.includes('is held to entity types that are not there'));
  expect(warnings()).toEqual([expect.stringMatching(/The endpoint 'crm' is .* not there: mesage\. Known are message, conv/)]);
  const input = { name: 'CRM', url: URL_OF_TENANT, entityTypes: ['serch'] };
  const { webhook } = await app.get(WebhookService, { strict: false }).create(input);
  await until('it is warned of', async () => warnings().length === 2);
  expect(warnings()[1]).toContain(`The endpoint '${webhook.id}' is held to entity types that are not there: serch.`);
});

it('a secret that is none is not repeated', async () => {
  const error: Error = await serviceOf(configured({ secret: 'hunter2' })).then(
    () => Promise.reject(new Error('booted')),
    (thrown: Error) => thrown,
  );
  expect(error.message).not.toContain('hunter2');
});

it('a store without webhooks refuses to boot where there are webhooks, and boots where there are none', async () => {
  const storage = { repository: InMemoryEventRepository, feed: InMemoryEventFeed, consumers: InMemoryConsumerStore };
  await expect(startConsumers([], { storage, webhooks: true })).rejects.toThrow(
    'has no `webhooks`, so endpoints can not be kept',
  );
  await startConsumers([], { storage });
});

it('without the option, the service says how to have webhooks', async () => {
  const { service } = await serviceOf();
  for (const method of ['create', 'list', 'rotate', 'pause', 'resume', 'delete', 'ping', 'deliveries', 'redeliver'] as const) {
    await expect(service[method](undefined as never)).rejects.toThrow('Webhooks are off in this application');
  }
});

it('the options of a factory have webhooks, too', async () => {
  const receiver = await startReceiver();
  const apiKeys = [{ id: 'api', key: 'key-of-the-host', kind: 'api' as const }];
  const webhooks = { allowPrivateAddresses: true, endpoints: [{ id: 'crm', url: receiver.url, secret: SECRET }] };
  const consumers = EventLogConsumersModule.forRootAsync({ useFactory: () => ({ webhooks }) });
  const { app } = await createApp('express', { imports: [EventLogModule.forRoot({ apiKeys }), consumers] });
  await until('it has begun', async () => (await app.get(WebhookService, { strict: false }).list())[0].status === 'running');
});

it.each<[Partial<Record<keyof NewWebhook | 'secret', unknown>> | null, string]>([
  [null, 'Expected { name, url, … }, got null'],
  [{ name: '' }, '`name` must not be shorter than 1 character'],
  [{ url: 'crm' }, 'Expected the URL of a webhook to be an absolute URL'],
  [{ url: 'https://user:pass@crm.example.com' }, 'without user and password'],
  [{ url: 'https://[::ffff:10.0.0.1]/' }, 'to lead to a public address'],
  [{ url: 'https://127.1/' }, 'to lead to a public address'],
  [{ secret: SECRET }, 'Unknown field `secret` of a new endpoint: known are name, url'],
  [{ types: [] }, 'Expected `types` to be a list'],
])('an endpoint of %j is not created, and the field is named', async (fields, message) => {
  const { service } = await serviceOf(true);
  const input = fields && { name: 'CRM', url: URL_OF_TENANT, ...fields };
  await expect(service.create(input as NewWebhook)).rejects.toThrow(message);
  expect(await service.list()).toEqual([]);
});

it('a URL whose host name leads to a private address is created, and nothing is sent there', async () => {
  const { log, service } = await serviceOf(true);
  const { webhook } = await service.create({ name: 'CRM', url: 'https://localhost/hook' });
  const error = expect.stringContaining('leads to a private, loopback or link-local address');
  expect(await service.ping(webhook.id)).toMatchObject({ error });
  await log('1');
  await until('it was tried', async () => (await service.deliveries(webhook.id)).length === 1);
  expect(await service.deliveries(webhook.id)).toMatchObject([{ status: null, error }]);
});

it('an unknown id, a grace period and a limit that are none, and changes of configured endpoints are refused', async () => {
  const { service } = await serviceOf(configured({}));
  for (const method of ['rotate', 'pause', 'resume', 'delete', 'ping', 'deliveries'] as const) {
    await expect(service[method]('whk_none')).rejects.toMatchObject({ status: 404 });
  }
  await expect(service.redeliver('whd_none')).rejects.toThrow('There is no delivery with this id');
  await expect(service.rotate('whk_none', { gracePeriod: -1 })).rejects.toThrow('Expected `gracePeriod` to be an integer');
  await expect(service.deliveries('crm', { limit: 1_001 })).rejects.toThrow('Expected `limit` to be an integer');
  await expect(service.rotate('crm')).rejects.toMatchObject({ status: 409, message: expect.stringContaining('new `secret`') });
  await expect(service.delete('crm')).rejects.toMatchObject({ status: 409, message: expect.stringContaining('take it out') });
});

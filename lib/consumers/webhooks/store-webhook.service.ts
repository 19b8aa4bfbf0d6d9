import { randomUUID } from 'node:crypto';
import { ConflictException, NotFoundException } from '@nestjs/common';
import { checkedInteger } from '../../options/checks/checked-integer.js';
import type { ConsumerStore } from '../../storage/consumers/consumer.store.js';
import type { EventFeed } from '../../storage/event-feed.js';
import type { StoredDelivery, StoredWebhook } from '../../storage/webhooks/stored-webhook.interface.js';
import type { WebhookStore } from '../../storage/webhooks/webhook.store.js';
import { ConsumerService } from '../consumer.service.js';
import { type NewWebhook, newWebhookOf } from './new-webhook.js';
import { redelivered } from './redelivery.js';
import { rotatedSecrets } from './rotated-secrets.js';
import { StoredEndpoint } from './stored-endpoint.js';
import type { WebhookEndpoint } from './webhook-endpoint.interface.js';
import { WebhookJournal } from './webhook-journal.js';
import { aboutConfigured, aboutStored, webhookReport } from './webhook-report.js';
import type { CreatedWebhook, WebhookReport } from './webhook-report.interface.js';
import type { WebhookResult } from './webhook-result.interface.js';
import { newWebhookSecret } from './webhook-secret.js';
import type { WebhookSender } from './webhook-sender.js';
import { WebhookService } from './webhook.service.js';
import type { WebhookSettings } from './webhook-settings.js';
import { webhookConsumerName } from './webhook-subscription.js';

const DAY_MS = 86_400_000;
const MAX_DELIVERIES = 1_000;

/** What the service works with. */
export interface WebhookServiceParts {
  readonly settings: WebhookSettings;
  readonly store: WebhookStore;
  readonly consumers: ConsumerStore;
  readonly feed: EventFeed;
  /** Made where something is sent. */
  sender(): WebhookSender | Promise<WebhookSender>;
  /** Called when this instance should look at the store. */
  changed?(): void;
}

/** The endpoints of a store, and those of the configuration where there is one. */
export class StoreWebhookService extends WebhookService {
  private readonly consumers: ConsumerService;
  private readonly journal: WebhookJournal;

  constructor(private readonly parts: WebhookServiceParts) {
    super();
    this.consumers = new ConsumerService(parts.consumers, parts.feed);
    this.journal = new WebhookJournal(parts.store);
  }

  async create(input: NewWebhook): Promise<CreatedWebhook> {
    const { consumers, feed, settings, store } = this.parts;
    const secret = newWebhookSecret();
    const webhook = newWebhookOf(input, secret, settings.allowPrivateAddresses);
    const name = webhookConsumerName(webhook.id);
    // Before anybody can see the endpoint, so that it begins here and nowhere else.
    await consumers.create(name, await feed.start('now'));
    await store.create(webhook).catch(async (error: unknown) => {
      await consumers.delete(name).catch(() => undefined);
      throw error;
    });
    return this.told(webhook, secret);
  }

  async list(): Promise<WebhookReport[]> {
    const { settings, store } = this.parts;
    const about = [...settings.endpoints.map(aboutConfigured), ...(await store.find()).map(aboutStored)];
    const consumers = new Map((await this.consumers.list()).map((consumer) => [consumer.name, consumer]));
    return Promise.all(
      about.map(async (one) => {
        const [last] = await store.deliveries(one.id, 1);
        return webhookReport(one, consumers.get(webhookConsumerName(one.id)), last);
      }),
    );
  }

  async rotate(id: string, { gracePeriod = DAY_MS }: { gracePeriod?: number } = {}): Promise<CreatedWebhook> {
    checkedInteger('gracePeriod', gracePeriod, 30 * DAY_MS, 0);
    const webhook = await this.stored(id, 'give it a new `secret` there, before the old one');
    const secret = newWebhookSecret();
    const secrets = rotatedSecrets(webhook, secret, gracePeriod);
    if (await this.parts.store.replaceSecrets(webhook, secrets)) return this.told({ ...webhook, secrets }, secret);
    throw new ConflictException(`The endpoint '${id}' was rotated or deleted by someone else just now: list the endpoints.`);
  }

  async pause(id: string): Promise<void> {
    await this.consumers.pause(webhookConsumerName((await this.endpoint(id)).id));
  }

  async resume(id: string): Promise<void> {
    await this.consumers.resume(webhookConsumerName((await this.endpoint(id)).id));
  }

  async delete(id: string): Promise<void> {
    await this.stored(id, 'take it out there');
    await this.parts.store.delete(id);
    await this.parts.consumers.delete(webhookConsumerName(id));
    this.parts.changed?.();
  }

  async ping(id: string): Promise<WebhookResult> {
    const endpoint = await this.endpoint(id);
    const body = JSON.stringify({ type: 'ping', timestamp: new Date().toISOString(), data: {} });
    return (await this.parts.sender()).send(endpoint, { id: `msg_${randomUUID()}`, body });
  }

  async deliveries(id: string, { limit = 50 }: { limit?: number } = {}): Promise<StoredDelivery[]> {
    checkedInteger('limit', limit, MAX_DELIVERIES);
    return this.parts.store.deliveries((await this.endpoint(id)).id, limit);
  }

  async redeliver(deliveryId: string): Promise<StoredDelivery> {
    const { feed, store } = this.parts;
    const delivery = await store.findDelivery(deliveryId);
    if (delivery === undefined) {
      throw new NotFoundException('There is no delivery with this id: list those of an endpoint to see theirs, `whd_…`.');
    }
    const endpoint = await this.endpoint(delivery.endpointId);
    return redelivered(delivery, endpoint, { feed, journal: this.journal, sender: await this.parts.sender() });
  }

  private async endpoint(id: string): Promise<WebhookEndpoint> {
    const configured = this.parts.settings.endpoints.find((endpoint) => endpoint.id === id);
    return configured ?? new StoredEndpoint(await this.stored(id));
  }

  /** Of one that is configured, `fix` tells what to do there. */
  private async stored(id: string, fix = ''): Promise<StoredWebhook> {
    if (this.parts.settings.endpoints.some((endpoint) => endpoint.id === id)) {
      throw new ConflictException(`The endpoint '${id}' is one of the configuration: ${fix}.`);
    }
    const [webhook] = typeof id === 'string' ? await this.parts.store.find([id]) : [];
    if (webhook === undefined) throw await this.missing(id);
    return webhook;
  }

  private async missing(id: string): Promise<NotFoundException> {
    const [consumer] = typeof id === 'string' ? await this.parts.consumers.find([webhookConsumerName(id)]) : [];
    if (consumer !== undefined) return new NotFoundException(configuredElsewhere(id));
    // The id is not repeated: it may be a secret, taken for it.
    return new NotFoundException('There is no endpoint with this id: list the endpoints to see theirs, `whk_…`.');
  }

  private async told(webhook: StoredWebhook, secret: string): Promise<CreatedWebhook> {
    this.parts.changed?.();
    const name = webhookConsumerName(webhook.id);
    const consumer = (await this.consumers.list()).find((one) => one.name === name);
    return { secret, webhook: webhookReport(aboutStored(webhook), consumer) };
  }
}

/** Of an endpoint that has a position, but stands neither in the store nor in the configuration here. */
function configuredElsewhere(id: string): string {
  const name = webhookConsumerName(id);
  return `The endpoint '${id}' is not in the database: it stands in the configuration of an application. Use WebhookService there, or nestjs-event-log consumers pause, resume or skip with ${name}.`;
}

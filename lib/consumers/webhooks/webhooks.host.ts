import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { LogLine } from '../../diagnostics/log-line.js';
import { logger } from '../../diagnostics/logger.js';
import { RepeatedLines } from '../../diagnostics/repeated-lines.js';
import type { EntityTypeRegistry } from '../../events/entity-types/entity-type.registry.js';
import { warnOfUnknownEntityTypes } from '../../events/entity-types/warn-of-unknown-entity-types.js';
import type { ConsumerStore } from '../../storage/consumers/consumer.store.js';
import type { StoredWebhook } from '../../storage/webhooks/stored-webhook.interface.js';
import type { WebhookStore } from '../../storage/webhooks/webhook.store.js';
import { Bell } from '../../timing/bell.js';
import type { ConsumersHost } from '../consumers.host.js';
import { StoredEndpoint } from './stored-endpoint.js';
import type { WebhookEndpoint } from './webhook-endpoint.interface.js';
import { WebhookJournal } from './webhook-journal.js';
import type { WebhookSender } from './webhook-sender.js';
import type { WebhookSettings } from './webhook-settings.js';
import { webhookConsumerName, WebhookSubscription } from './webhook-subscription.js';

/** How often the store is asked for endpoints that are new, changed or gone. */
const LOOK_MS = 5_000;

const lines = new RepeatedLines((line) => logger.warn(line));

/** What webhooks are made of. */
export interface WebhookParts {
  readonly settings: WebhookSettings;
  readonly store: WebhookStore;
  readonly sender: WebhookSender;
  readonly consumers: ConsumerStore;
  readonly host: ConsumersHost;
  readonly entityTypes?: EntityTypeRegistry;
}

/** Has the events of the log sent to the endpoints of the configuration and of the store. Without parts, webhooks are off. */
export class WebhooksHost implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly known = new Map<string, StoredEndpoint>();
  private readonly changes = new Bell();
  private readonly closed = new AbortController();
  private readonly journal?: WebhookJournal;
  private hasChanged = false;
  private looking?: Promise<void>;

  constructor(private readonly parts?: WebhookParts) {
    if (parts !== undefined) this.journal = new WebhookJournal(parts.store);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.parts === undefined) return;
    for (const endpoint of this.parts.settings.endpoints) await this.subscribe(endpoint);
    await this.look();
    this.looking = this.lookOn();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.closed.abort();
    await this.looking;
  }

  // Once consumers are through with what they had in hand.
  async onApplicationShutdown(): Promise<void> {
    await this.parts?.sender.close();
  }

  /** Something has changed in the store. */
  changed(): void {
    this.hasChanged = true; // nobody hears the bell while the store is being looked at
    this.changes.ring();
  }

  private async lookOn(): Promise<void> {
    const { signal } = this.closed;
    for (;;) {
      if (!this.hasChanged) await this.changes.wait(LOOK_MS, signal);
      if (signal.aborted) return;
      this.hasChanged = false;
      await this.look().catch(unreadable);
    }
  }

  private async look(): Promise<void> {
    const stored = await this.parts!.store.find();
    const gone = new Set(this.known.keys());
    for (const webhook of stored) {
      gone.delete(webhook.id);
      await this.take(webhook);
    }
    // What is in hand is waited for elsewhere: a slow endpoint must not hold up the others.
    for (const id of gone) this.remove(id).catch(unreadable);
  }

  private async take(webhook: StoredWebhook): Promise<void> {
    const known = this.known.get(webhook.id);
    if (known !== undefined) return known.update(webhook);
    const endpoint = new StoredEndpoint(webhook);
    await this.subscribe(endpoint);
    this.known.set(webhook.id, endpoint);
  }

  private subscribe(endpoint: WebhookEndpoint): Promise<void> {
    const { entityTypes, host, sender } = this.parts!;
    warnOfUnknownEntityTypes(`The endpoint '${endpoint.id}'`, endpoint.entityTypes, entityTypes);
    return host.add(new WebhookSubscription(endpoint, sender, (delivery) => this.journal!.record(delivery)));
  }

  /** Takes away what came into the store while it was deleted. */
  private async remove(id: string): Promise<void> {
    const { consumers, host, store } = this.parts!;
    const name = webhookConsumerName(id);
    this.known.delete(id);
    await host.remove(name);
    await consumers.delete(name);
    await store.delete(id);
  }
}

function unreadable(error: unknown): void {
  lines.write('Endpoints are not kept up', LogLine.of('The endpoints of webhooks can not be kept up right now', error));
}

import type { Provider } from '@nestjs/common';
import { EntityTypeRegistry } from '../../events/entity-types/entity-type.registry.js';
import { ConsumerStore } from '../../storage/consumers/consumer.store.js';
import { EventFeed } from '../../storage/event-feed.js';
import { WEBHOOK_STORE } from '../../storage/event-storage.js';
import type { BuildPart } from '../../storage/storage-part.js';
import { WebhookStore } from '../../storage/webhooks/webhook.store.js';
import { ConsumersHost } from '../consumers.host.js';
import { ConsumersSettings } from '../consumers-settings.js';
import { loadWebhookPackages } from './load-webhook-packages.js';
import { StoreWebhookService } from './store-webhook.service.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhookService } from './webhook.service.js';
import type { WebhookSettings } from './webhook-settings.js';
import { type WebhookParts, WebhooksHost } from './webhooks.host.js';
import { WebhooksOff } from './webhooks-off.js';

/** Injection token of what webhooks are made of. Undefined: they are off, and none of it was built or loaded. */
const WEBHOOK_PARTS = Symbol('EVENT_LOG:WEBHOOK_PARTS');

/** Webhooks, where the settings have them. */
export const WEBHOOK_PROVIDERS: Provider[] = [
  {
    // A provider of its own, so that Nest calls its hooks.
    provide: WebhookStore,
    useFactory: ({ webhooks }: ConsumersSettings, build?: BuildPart<WebhookStore>) => webhooks && builtStore(build),
    // Where EventLogModule is missing, the store of consumers says so: that is needed with and without webhooks.
    inject: [ConsumersSettings, { token: WEBHOOK_STORE, optional: true }],
  },
  {
    provide: WEBHOOK_PARTS,
    useFactory: (
      { webhooks }: ConsumersSettings,
      store: WebhookStore,
      consumers: ConsumerStore,
      host: ConsumersHost,
      entityTypes?: EntityTypeRegistry,
    ) => webhooks && partsOf(webhooks, { store, consumers, host, entityTypes }),
    inject: [ConsumersSettings, WebhookStore, ConsumerStore, ConsumersHost, { token: EntityTypeRegistry, optional: true }],
  },
  { provide: WebhooksHost, useFactory: (parts?: WebhookParts) => new WebhooksHost(parts), inject: [WEBHOOK_PARTS] },
  {
    provide: WebhookService,
    useFactory: (host: WebhooksHost, feed: EventFeed, parts?: WebhookParts) => serviceOf(host, feed, parts),
    inject: [WebhooksHost, EventFeed, WEBHOOK_PARTS],
  },
];

function builtStore(build?: BuildPart<WebhookStore>): Promise<WebhookStore> {
  if (build !== undefined) return build();
  throw new Error(
    'The `storage` of EventLogModule has no `webhooks`, so endpoints can not be kept: give it a WebhookStore, { repository, feed, consumers, webhooks }, as typeOrmStorage() does, or leave `webhooks` of EventLogConsumersModule out.',
  );
}

async function partsOf(settings: WebhookSettings, others: Omit<WebhookParts, 'settings' | 'sender'>): Promise<WebhookParts> {
  return { settings, sender: new WebhookSender(await loadWebhookPackages(), settings), ...others };
}

function serviceOf(host: WebhooksHost, feed: EventFeed, parts?: WebhookParts): WebhookService {
  if (parts === undefined) return new WebhooksOff();
  return new StoreWebhookService({ ...parts, feed, sender: () => parts.sender, changed: () => host.changed() });
}

import type { DataSourceOptions } from 'typeorm';
import type { WebhookSender } from '../consumers/webhooks/webhook-sender.js';
import type { WebhookService } from '../consumers/webhooks/webhook.service.js';
import type { WebhookSettings } from '../consumers/webhooks/webhook-settings.js';
import { unusable, withDataSource } from './database.js';
import { EXIT, Failure } from './failure.js';

/** Makes the service of webhooks, for endpoints at these addresses. */
export type WebhooksOf = (options: { allowPrivateAddresses?: boolean }) => WebhookService;

/** Does something with the endpoints of a database, through the TypeORM and the driver of the host. */
export function withWebhooks<T>(options: DataSourceOptions, work: (webhooksOf: WebhooksOf) => Promise<T>): Promise<T> {
  return withDataSource(options, async (dataSource) => {
    const { TypeOrmConsumerStore } = await import('../typeorm/consumers/typeorm-consumer.store.js');
    const { TypeOrmWebhookStore } = await import('../typeorm/webhooks/typeorm-webhook.store.js');
    const { TypeOrmEventFeed } = await import('../typeorm/feed/typeorm-event.feed.js');
    const { StoreWebhookService } = await import('../consumers/webhooks/store-webhook.service.js');
    const { WebhookSettings } = await import('../consumers/webhooks/webhook-settings.js');
    const senders = new Senders();
    try {
      const [store, consumers] = [new TypeOrmWebhookStore(dataSource), new TypeOrmConsumerStore(dataSource)];
      for (const one of [consumers, store]) await one.onModuleInit().catch(unusable);
      const parts = { store, consumers, feed: new TypeOrmEventFeed(dataSource) };
      return await work((given) => {
        const settings = new WebhookSettings(given);
        return new StoreWebhookService({ ...parts, settings, sender: () => senders.make(settings) });
      });
    } finally {
      await senders.close();
    }
  });
}

/** Loads what sends only where something is sent: most commands need neither undici nor standardwebhooks. */
class Senders {
  private readonly made: WebhookSender[] = [];

  async make(settings: WebhookSettings): Promise<WebhookSender> {
    const { loadWebhookPackages } = await import('../consumers/webhooks/load-webhook-packages.js');
    const { WebhookSender } = await import('../consumers/webhooks/webhook-sender.js');
    const packages = await loadWebhookPackages().catch(({ message }: Error) => {
      throw new Failure(EXIT.unavailable, message);
    });
    const sender = new WebhookSender(packages, settings);
    this.made.push(sender);
    return sender;
  }

  async close(): Promise<void> {
    for (const sender of this.made) await sender.close();
  }
}

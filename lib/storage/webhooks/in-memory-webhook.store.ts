import { Injectable } from '@nestjs/common';
import type { KeptDeliveries, StoredDelivery, StoredWebhook, WebhookSecret } from './stored-webhook.interface.js';
import { WebhookStore } from './webhook.store.js';

/** Keeps the endpoints of webhooks in the memory of this process, for tests and tries. */
@Injectable()
export class InMemoryWebhookStore extends WebhookStore {
  private readonly webhooks = new Map<string, StoredWebhook>();
  private all: StoredDelivery[] = [];

  async create(webhook: StoredWebhook): Promise<void> {
    if (this.webhooks.has(webhook.id)) throw new Error('There is an endpoint of this id');
    this.webhooks.set(webhook.id, webhook);
  }

  async find(ids?: readonly string[]): Promise<StoredWebhook[]> {
    const found = [...this.webhooks.values()].filter(({ id }) => ids?.includes(id) ?? true);
    return found.toSorted(byId);
  }

  async replaceSecrets(seen: Pick<StoredWebhook, 'id' | 'version'>, secrets: readonly WebhookSecret[]): Promise<boolean> {
    const webhook = this.webhooks.get(seen.id);
    if (webhook?.version !== seen.version) return false;
    this.webhooks.set(seen.id, { ...webhook, secrets, version: seen.version + 1 });
    return true;
  }

  async delete(id: string): Promise<boolean> {
    this.all = this.all.filter(({ endpointId }) => endpointId !== id);
    return this.webhooks.delete(id);
  }

  async addDelivery(delivery: StoredDelivery): Promise<void> {
    this.all.push(delivery);
  }

  async deliveries(endpointId: string, limit: number): Promise<StoredDelivery[]> {
    return this.all
      .filter((delivery) => delivery.endpointId === endpointId)
      .toSorted(byId)
      .reverse()
      .slice(0, limit);
  }

  async findDelivery(id: string): Promise<StoredDelivery | undefined> {
    return this.all.find((delivery) => delivery.id === id);
  }

  async trimDeliveries(endpointId: string, { count, since }: KeptDeliveries): Promise<void> {
    const kept = new Set((await this.deliveries(endpointId, count)).filter(({ at }) => at >= since));
    this.all = this.all.filter((delivery) => delivery.endpointId !== endpointId || kept.has(delivery));
  }
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

import { uuidv7 } from 'uuidv7';
import type { StoredDelivery } from '../../storage/webhooks/stored-webhook.interface.js';
import type { WebhookStore } from '../../storage/webhooks/webhook.store.js';
import type { WebhookDelivery } from './webhook-delivery.interface.js';

/** How many deliveries of an endpoint are kept, and for how long. */
const KEPT = { count: 1_000, days: 30 };
/** After how many more the older ones are forgotten. */
const TRIM_EVERY = 100;
const DAY_MS = 86_400_000;

/** Keeps the newest deliveries of each endpoint in the store. */
export class WebhookJournal {
  private readonly counts = new Map<string, number>();

  constructor(private readonly store: WebhookStore) {}

  async record(delivery: WebhookDelivery): Promise<StoredDelivery> {
    const { endpointId, status, error } = delivery;
    const stored = { ...delivery, id: `whd_${uuidv7()}`, status: status ?? null, error: error ?? null };
    await this.store.addDelivery(stored);
    const count = this.counts.get(endpointId) ?? 0;
    this.counts.set(endpointId, count + 1);
    if (count % TRIM_EVERY === 0) await this.trim(endpointId);
    return stored;
  }

  private trim(endpointId: string): Promise<void> {
    const since = new Date(Date.now() - KEPT.days * DAY_MS).toISOString();
    return this.store.trimDeliveries(endpointId, { count: KEPT.count, since });
  }
}

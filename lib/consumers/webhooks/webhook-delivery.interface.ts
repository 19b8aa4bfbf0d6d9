import type { StoredDelivery } from '../../storage/webhooks/stored-webhook.interface.js';

/** One try to deliver events to an endpoint, and what came of it, before it is kept. */
export interface WebhookDelivery extends Omit<StoredDelivery, 'id' | 'status' | 'error'> {
  /** Of the answer. Absent: there was none. */
  readonly status?: number;
  /** Absent: the endpoint has taken the events. */
  readonly error?: string;
}

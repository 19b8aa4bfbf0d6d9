import type { KeptDeliveries, StoredDelivery, StoredWebhook, WebhookSecret } from './stored-webhook.interface.js';

/**
 * Where the endpoints of webhooks are kept, and what was sent to them: contract and injection token in one. Throws
 * `ServiceUnavailableException` where the store can't be reached.
 */
export abstract class WebhookStore {
  /** Adds an endpoint of a new id. */
  abstract create(webhook: StoredWebhook): Promise<void>;

  /** The endpoints of these ids, or all, in the order of their ids. */
  abstract find(ids?: readonly string[]): Promise<StoredWebhook[]>;

  /**
   * Replaces the secrets of an endpoint, and counts its version on, provided that it has the version it was seen with. False: it
   * has another one, or is gone.
   */
  abstract replaceSecrets(seen: Pick<StoredWebhook, 'id' | 'version'>, secrets: readonly WebhookSecret[]): Promise<boolean>;

  /** Forgets an endpoint with its deliveries. False: there is none. */
  abstract delete(id: string): Promise<boolean>;

  /** Notes a delivery of a new id, also to an endpoint that is not kept here. */
  abstract addDelivery(delivery: StoredDelivery): Promise<void>;

  /** The newest deliveries of an endpoint, the newest first. */
  abstract deliveries(endpointId: string, limit: number): Promise<StoredDelivery[]>;

  abstract findDelivery(id: string): Promise<StoredDelivery | undefined>;

  /** Forgets the deliveries of an endpoint that are not to be kept. */
  abstract trimDeliveries(endpointId: string, kept: KeptDeliveries): Promise<void>;
}

import type { ConsumerStatus } from '../../storage/consumers/consumer-state.interface.js';
import type { StoredDelivery } from '../../storage/webhooks/stored-webhook.interface.js';

/** An endpoint without its secrets, and how it does. */
export interface WebhookReport {
  readonly id: string;
  /** That of a configured endpoint is its id. */
  readonly name: string;
  readonly url: string;
  /** Null, here and below: all. */
  readonly entityTypes: readonly string[] | null;
  readonly types: readonly string[] | null;
  readonly projectId: string | null;
  /** RFC 3339 in UTC. Null: it is one of the configuration. */
  readonly createdAt: string | null;
  /** Until when the secret of before signs, too: RFC 3339 in UTC. Null: there is one secret. */
  readonly graceEndsAt: string | null;
  /** `stopped`: it did not take what it was sent, for three days or by a 410. Null: it was never started. */
  readonly status: ConsumerStatus | null;
  /** How often what comes next has failed, since when, and with what. */
  readonly attempts: number;
  readonly failingSince: string | null;
  readonly lastError: string | null;
  /** How far it is behind, as in `ConsumerService`. Null: that is not known. */
  readonly lagEvents: number | null;
  readonly lagSeconds: number | null;
  readonly lastDelivery: StoredDelivery | null;
}

/** An endpoint with its new secret. */
export interface CreatedWebhook {
  /** What requests are signed with. It is told this once. */
  readonly secret: string;
  readonly webhook: WebhookReport;
}

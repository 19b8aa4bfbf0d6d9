import type { StoredDelivery } from '../../storage/webhooks/stored-webhook.interface.js';
import type { NewWebhook } from './new-webhook.js';
import type { CreatedWebhook, WebhookReport } from './webhook-report.interface.js';
import type { WebhookResult } from './webhook-result.interface.js';

/**
 * Makes, shows and steers the endpoints of webhooks, those of all instances over one store: for hosts to inject where
 * `EventLogConsumersModule` has `webhooks`. Running instances see a change within five seconds. Each method with an id throws
 * `NotFoundException` for an unknown one.
 */
export abstract class WebhookService {
  /** An endpoint that is sent what is stored from now on. Throws a `TypeError` that names the field that is wrong. */
  abstract create(input: NewWebhook): Promise<CreatedWebhook>;

  /** All endpoints: those of the configuration, then those of the store, the oldest first. */
  abstract list(): Promise<WebhookReport[]>;

  /**
   * Gives an endpoint a new secret; the one of before signs, too, for `gracePeriod` milliseconds (default 24 hours, at most 30
   * days). Throws `ConflictException` for an endpoint of the configuration, and where somebody else rotates it.
   */
  abstract rotate(id: string, options?: { gracePeriod?: number }): Promise<CreatedWebhook>;

  /** It is sent nothing more once what is on its way has come, until it is resumed. What is stored meanwhile waits. */
  abstract pause(id: string): Promise<void>;

  /** Goes on after `pause()`, or after it was stopped, with what comes next. */
  abstract resume(id: string): Promise<void>;

  /** Forgets an endpoint with its deliveries. Throws `ConflictException` for one of the configuration. */
  abstract delete(id: string): Promise<void>;

  /** Sends a `ping` at once, whatever the endpoint's state, and tells what came of it. It is not tried again. */
  abstract ping(id: string): Promise<WebhookResult>;

  /** What was sent, the newest first, at most `limit` (default 50, at most 1,000). */
  abstract deliveries(id: string, options?: { limit?: number }): Promise<StoredDelivery[]>;

  /**
   * Sends the events of a delivery once more, under the same `webhook-id`, whatever the endpoint's state, and tells what came of
   * it. Throws `ConflictException` where the log does not have them any more.
   */
  abstract redeliver(deliveryId: string): Promise<StoredDelivery>;
}

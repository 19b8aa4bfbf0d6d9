import type { WebhookOptions } from './webhooks/webhook-options.interface.js';

/** What is read while consumers run; may come from the factory of `forRootAsync`. */
export interface EventLogConsumersOptions {
  /**
   * How long, in milliseconds, the shutdown of the host waits for what consumers have in hand. Then their signals abort, and it is
   * handled again after the start.
   * @default 5000
   */
  shutdownTimeout?: number;
  /**
   * Sends stored events to HTTPS endpoints, those that are configured here and those that `WebhookService` and the command line
   * make. It needs `undici` and `standardwebhooks`. `true`: with the defaults.
   * @default false
   */
  webhooks?: boolean | WebhookOptions;
}

/** What Nest must know before it builds providers; stands beside the factory of `forRootAsync`. */
export interface EventLogConsumersExtras {
  /**
   * Makes `ConsumerService` and `WebhookService` available in every module of the host.
   * @default false
   */
  isGlobal?: boolean;
}

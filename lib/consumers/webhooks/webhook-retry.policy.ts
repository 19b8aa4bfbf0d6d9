import type { RetryPolicy } from '../subscription.interface.js';
import { WebhookFailedError } from './webhook-failed.error.js';

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** Short ones, for a deployment of the receiver, then longer ones, for an outage over a weekend: three days in all. */
const PAUSES = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  ...Array<number>(17).fill(4 * HOUR),
];

/** How requests to endpoints are tried again. An endpoint that has failed for three days, or is gone, is stopped. */
export const WEBHOOK_RETRY: RetryPolicy = {
  maxAttempts: PAUSES.length + 1,
  halves: false,
  onFailure: 'stop',
  // A tenth more or less, so that what failed together is not tried again together.
  pauseAfter: (attempts) => PAUSES[Math.min(attempts, PAUSES.length) - 1] * (0.9 + Math.random() / 5),
  isFinal: (error) => error instanceof WebhookFailedError && error.status === 410,
};

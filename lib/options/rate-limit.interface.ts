import { checkedInteger, MAX_TIMER_MS } from './checks/checked-integer.js';
import { describe } from './checks/provider-source.js';

/** Shorter windows are seconds given for milliseconds; storages and headers count in seconds. */
const MIN_TTL_MS = 1_000;

/** How many requests a key may make, as in @nestjs/throttler. */
export interface RateLimit {
  /** Most requests in `ttl`; one more is answered with 429, and so are all until `ttl` has passed again. */
  limit: number;
  /** Milliseconds, 1000 or more. */
  ttl: number;
}

export function checkedRateLimit(rateLimit: unknown, at = 'rateLimit'): RateLimit | undefined {
  if (rateLimit === undefined) return undefined;
  if (typeof rateLimit !== 'object' || rateLimit === null) {
    throw new TypeError(`Expected \`${at}\` to be { limit, ttl }, got ${describe(rateLimit)}.`);
  }
  const { limit, ttl } = rateLimit as Partial<RateLimit>;
  return { limit: checkedInteger(`${at}.limit`, limit), ttl: checkedInteger(`${at}.ttl`, ttl, MAX_TIMER_MS, MIN_TTL_MS) };
}

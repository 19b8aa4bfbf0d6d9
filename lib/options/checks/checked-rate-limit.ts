import type { RateLimit } from '../rate-limit.interface.js';
import { checkedInteger, MAX_TIMER_MS } from './checked-integer.js';
import { typeName } from './type-name.js';

/** Shorter windows are seconds given for milliseconds; storages and headers count in seconds. */
const MIN_TTL_MS = 1_000;

/** A rate limit as given, or `undefined` where none is. Throws a `TypeError` that names the wrong field, below `at`. */
export function checkedRateLimit(rateLimit: unknown, at = 'rateLimit'): RateLimit | undefined {
  if (rateLimit === undefined) return undefined;
  if (typeof rateLimit !== 'object' || rateLimit === null) {
    throw new TypeError(`Expected \`${at}\` to be { limit, ttl }, got ${typeName(rateLimit)}.`);
  }
  const { limit, ttl } = rateLimit as Partial<RateLimit>;
  return { limit: checkedInteger(`${at}.limit`, limit), ttl: checkedInteger(`${at}.ttl`, ttl, MAX_TIMER_MS, MIN_TTL_MS) };
}

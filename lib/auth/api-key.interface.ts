import type { EventScope } from '../events/event-scope.interface.js';
import type { ApiKeyKind, ApiKeyScope } from '../options/api-key-options.interface.js';
import type { RateLimit } from '../options/rate-limit.interface.js';

/** A key as it is looked up: never its clear text. It is the scope of all that it logs. */
export interface ApiKey extends EventScope {
  /** Name of the key for people and logs; no secret. */
  readonly id: string;
  /** SHA-256 of the key's text, 64 lower-case hexadecimal digits. */
  readonly digest: string;
  /** Who holds it; a `web` key is counted for each client address, and is the only one that a beacon may carry. Absent: an `api` key. */
  readonly kind?: ApiKeyKind;
  /** What it may do; nothing else. */
  readonly scopes: readonly ApiKeyScope[];
  /** The browser origins from which the key may be used, as in `ApiKeyGrant`; absent: none. */
  readonly allowedOrigins?: readonly string[];
  /** How many requests it may make; absent: as many as the option `rateLimit` says. */
  readonly rateLimit?: RateLimit;
  /** From this moment on the key is refused; null or absent: never. */
  readonly expiresAt?: Date | null;
}

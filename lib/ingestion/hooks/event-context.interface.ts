import type { ApiKeyKind } from '../../options/api-key-options.interface.js';

/** What an event came with over HTTP. Of one that the host's own code logs, nothing is known. */
export interface EventContext {
  /** Id of the key. */
  readonly keyId?: string;
  /** Who holds the key; one of no kind is an `api` key. */
  readonly keyKind?: ApiKeyKind;
  /** The `Origin`, which browsers alone send truly. */
  readonly origin?: string;
  /** Address of the client without port and zone, by the host's setting of `trust proxy`. */
  readonly clientAddress?: string;
  /** The `User-Agent`, which a caller can choose freely. */
  readonly userAgent?: string;
  /** The `X-Request-Id` of the answer. */
  readonly requestId?: string;
}

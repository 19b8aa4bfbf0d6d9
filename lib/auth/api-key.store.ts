import type { ApiKey } from './api-key.interface.js';

/** Where keys are looked up: contract and injection token in one. */
export abstract class ApiKeyStore {
  /**
   * The key with this SHA-256 digest (64 lower-case hexadecimal digits), or `undefined` when there is none.
   * Expiry is checked by the guard. Throw `ServiceUnavailableException` when the keys can't be reached.
   */
  abstract findByDigest(digest: string): ApiKey | undefined | Promise<ApiKey | undefined>;
}

/** Injection token of the store under which the library's own modules see it, wherever the host overrides it. */
export const API_KEYS = Symbol('EVENT_LOG:API_KEYS');

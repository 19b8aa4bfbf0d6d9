import type { ApiKey } from './api-key.interface.js';

/** Where keys are looked up: contract and injection token in one. */
export abstract class ApiKeyStore {
  /**
   * The key with this SHA-256 digest (64 lower-case hexadecimal digits), or `undefined` or `null` when there is none.
   * Expiry is checked by the guard, which refuses with 401 a key whose fields are not those of `ApiKey`. Throw
   * `ServiceUnavailableException` when the keys can't be reached; with any other error, too, the request gets 503.
   * After `timeoutMs` milliseconds nobody waits for the key any more: give up, and free what the lookup holds.
   *
   * @example
   * ```ts
   * class PrismaApiKeyStore extends ApiKeyStore {
   *   constructor(private readonly prisma: PrismaService) {
   *     super();
   *   }
   *
   *   findByDigest(digest: string) {
   *     return this.prisma.apiKey.findUnique({ where: { digest } });
   *   }
   * }
   * ```
   */
  abstract findByDigest(digest: string, timeoutMs?: number): ApiKey | null | undefined | PromiseLike<ApiKey | null | undefined>;

  /** How many answers it holds in memory, for telemetry. */
  cachedKeys?(): number;
}

/** Injection token of the store under which the library's own modules see it, wherever the host overrides it. Nest tells its text where it is missing. */
export const API_KEYS = Symbol(
  'EventLogModule.forRoot({ apiKeys, storage }), to be imported beside the module that asks for keys',
);

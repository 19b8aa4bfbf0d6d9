import { logger } from '../diagnostics/logger.js';
import { typeName } from '../options/checks/type-name.js';
import { apiKeyDigest } from './api-key-digest.js';
import { checkedGrant, GRANT_FIELDS } from './api-key-grant.js';
import type { ApiKeyOptions } from '../options/api-key-options.interface.js';
import type { ApiKey } from './api-key.interface.js';
import { isMistypedKey } from './api-key-text.js';
import { ApiKeyStore } from './api-key.store.js';
import { NO_KEYS } from './no-keys.js';
import { checkFieldsOf } from '../options/checks/known-fields.js';
import { checkedRateLimit } from '../options/checks/checked-rate-limit.js';

const MIN_KEY_LENGTH = 8;
const FIELDS: Record<keyof ApiKeyOptions, true> = { id: true, key: true, digest: true, ...GRANT_FIELDS, rateLimit: true };

/**
 * The keys of the options, and after them those of the `keyStore` extra. Refuses keys that could never work, or that would
 * not be a secret.
 */
export class ConfiguredApiKeyStore extends ApiKeyStore {
  private readonly keys = new Map<string, ApiKey>();

  constructor(
    apiKeys: readonly ApiKeyOptions[] | undefined,
    private readonly keyStore?: ApiKeyStore,
  ) {
    super();
    if (apiKeys === undefined && keyStore !== undefined) return;
    if (!Array.isArray(apiKeys) || (apiKeys.length === 0 && keyStore === undefined)) {
      throw new TypeError(
        "EventLogModule has no keys: set `apiKeys: [{ id: 'my-server', key: '…', kind: 'api' }]`, or the `keyStore` extra.",
      );
    }
    apiKeys.forEach((options: ApiKeyOptions, index) => this.add(options, `apiKeys[${index}]`));
    this.warnOfBoundless();
  }

  /** Whether there is no key, and never will be. */
  get isEmpty(): boolean {
    return this.keys.size === 0 && (this.keyStore ?? NO_KEYS) === NO_KEYS;
  }

  findByDigest(digest: string, timeoutMs?: number): ReturnType<ApiKeyStore['findByDigest']> {
    return this.keys.get(digest) ?? this.keyStore?.findByDigest(digest, timeoutMs);
  }

  override cachedKeys(): number {
    return this.keyStore?.cachedKeys?.() ?? 0;
  }

  // Where no key has a project, there are none to keep apart.
  private warnOfBoundless(): void {
    const keys = [...this.keys.values()];
    if (keys.every(({ projectId }) => projectId === null)) return;
    for (const { id } of keys.filter(({ kind, projectId }) => kind === 'web' && projectId === null)) {
      logger.warn(`The web key '${id}' is of no project, so who sees its page may log events of any: set its \`projectId\`.`);
    }
  }

  private add(options: ApiKeyOptions, at: string): void {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`Expected \`${at}\` to be an object { id, key, kind }, got ${typeName(options)}.`);
    }
    if (typeof options.id !== 'string' || options.id === '') {
      throw new TypeError(`Expected \`${at}.id\` to be a name for the key, got ${typeName(options.id)}.`);
    }
    checkFieldsOf(options, Object.keys(FIELDS), `\`${at}\` ('${options.id}')`);
    const rateLimit = checkedRateLimit(options.rateLimit, `${at}.rateLimit`);
    const key = { id: options.id, digest: digestOf(options, at), ...checkedGrant(options, `${at}.`), rateLimit };
    if (key.kind === 'web' && key.allowedOrigins?.length === 0) {
      logger.warn(
        `The web key '${key.id}' may be used by no page: set its \`allowedOrigins\` to the origins of those that have it.`,
      );
    }
    for (const other of this.keys.values()) {
      if (other.id === key.id)
        throw new TypeError(`Expected every key to have an id of its own, but \`${at}.id\` is used twice: '${key.id}'.`);
    }
    const twin = this.keys.get(key.digest);
    if (twin) throw new TypeError(`Expected every key to be another one, but '${key.id}' and '${twin.id}' are the same key.`);
    this.keys.set(key.digest, key);
  }
}

function digestOf({ id, key, digest }: ApiKeyOptions, at: string): string {
  if ((key === undefined) === (digest === undefined)) {
    const given = key === undefined ? 'neither: is the variable set that it is read from?' : 'both.';
    throw new TypeError(`Expected \`${at}\` ('${id}') to have either \`key\` or \`digest\`, got ${given}`);
  }
  if (digest !== undefined) {
    if (typeof digest === 'string' && /^[0-9a-f]{64}$/i.test(digest)) return digest.toLowerCase();
    throw new TypeError(`Expected \`${at}.digest\` to be the SHA-256 of the key as 64 hexadecimal digits.`);
  }
  if (typeof key !== 'string' || key.length < MIN_KEY_LENGTH) {
    throw new TypeError(
      `Expected \`${at}.key\` to be a string of at least ${MIN_KEY_LENGTH} characters: shorter ones can be guessed.`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new TypeError(
      `Expected \`${at}.key\` to be visible ASCII characters without spaces: others can't be sent in a header.`,
    );
  }
  if (isMistypedKey(key)) {
    throw new TypeError(
      `Expected \`${at}.key\` to end in the checksum of its \`evl_\` key: copy it again, or begin a key of yours otherwise.`,
    );
  }
  return apiKeyDigest(key);
}

import { shortTextFault } from '../events/is-short-text.decorator.js';
import { parseRfc3339 } from '../events/rfc3339.js';
import { describe } from '../provider-source.js';
import { apiKeyDigest } from './api-key-digest.js';
import { API_KEY_SCOPES, type ApiKey, type ApiKeyOptions } from './api-key.interface.js';
import { ApiKeyStore } from './api-key.store.js';

const MIN_KEY_LENGTH = 8;

/** The keys of the options. Refuses keys that could never work, or that would not be a secret. */
export class InMemoryApiKeyStore extends ApiKeyStore {
  private readonly keys = new Map<string, ApiKey>();

  constructor(apiKeys: readonly ApiKeyOptions[] | undefined) {
    super();
    if (!Array.isArray(apiKeys) || apiKeys.length === 0) {
      throw new TypeError(
        "EventLogModule has no keys: set `apiKeys: [{ id: 'my-site', key: '…', scopes: ['events:write'] }]`, or the `keyStore` extra.",
      );
    }
    apiKeys.forEach((options: ApiKeyOptions, index) => this.add(options, `apiKeys[${index}]`));
  }

  findByDigest(digest: string): ApiKey | undefined {
    return this.keys.get(digest);
  }

  private add(options: ApiKeyOptions, at: string): void {
    if (typeof options?.id !== 'string' || options.id === '') {
      throw new TypeError(`Expected \`${at}.id\` to be a name for the key, got ${describe(options?.id)}.`);
    }
    const key = {
      id: options.id,
      digest: digestOf(options, at),
      scopes: scopesOf(options, at),
      projectId: nameOf(options.projectId, `${at}.projectId`),
      integrationId: nameOf(options.integrationId, `${at}.integrationId`),
      expiresAt: expiryOf(options.expiresAt, at),
    };
    for (const other of this.keys.values()) {
      if (other.id === key.id)
        throw new TypeError(`Expected every key to have an id of its own, but \`${at}.id\` is used twice: '${key.id}'.`);
    }
    const twin = this.keys.get(key.digest);
    if (twin) throw new TypeError(`Expected every key to be another one, but '${key.id}' and '${twin.id}' are the same key.`);
    this.keys.set(key.digest, key);
  }
}

function digestOf({ key, digest }: ApiKeyOptions, at: string): string {
  if ((key === undefined) === (digest === undefined)) {
    throw new TypeError(
      `Expected \`${at}\` to have either \`key\` or \`digest\`, got ${key === undefined ? 'neither' : 'both'}.`,
    );
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
  return apiKeyDigest(key);
}

function scopesOf({ scopes }: ApiKeyOptions, at: string): ApiKey['scopes'] {
  const known = API_KEY_SCOPES.map((scope) => `'${scope}'`).join(' and ');
  if (!Array.isArray(scopes) || scopes.length === 0) {
    throw new TypeError(`Expected \`${at}.scopes\` to hold at least one of ${known}, got ${describe(scopes)}.`);
  }
  const unknown = scopes.find((scope) => !API_KEY_SCOPES.includes(scope));
  if (unknown !== undefined) throw new TypeError(`Unknown scope '${String(unknown)}' in \`${at}.scopes\`: known are ${known}.`);
  return [...scopes];
}

function nameOf(value: unknown, at: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw new TypeError(`Expected \`${at}\` to be a string, got ${describe(value)}.`);
  const fault = shortTextFault(value);
  if (fault !== undefined) throw new TypeError(`\`${at}\` ${fault}: no event could have it.`);
  return value;
}

function expiryOf(value: unknown, at: string): Date | null {
  if (value === undefined || value === null) return null;
  const expiresAt = typeof value === 'string' ? new Date(parseRfc3339(value) ?? Number.NaN) : value;
  if (expiresAt instanceof Date && !Number.isNaN(expiresAt.getTime())) return expiresAt;
  throw new TypeError(`Expected \`${at}.expiresAt\` to be a valid Date or an RFC 3339 date-time with an offset.`);
}

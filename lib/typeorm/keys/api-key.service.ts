import { ConflictException, NotFoundException } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import { apiKeyDigest } from '../../auth/api-key-digest.js';
import { displayPrefix, newApiKeyText } from '../../auth/api-key-text.js';
import { LAST_TIME } from '../../events/validation/rfc3339.js';
import { ApiKeyTable } from './api-key-table.js';
import { checkedNewApiKey, type NewApiKey } from './new-api-key.js';
import type { StoredApiKey } from './stored-api-key.js';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface CreatedApiKey {
  /** The key in clear. It is told this once, and stored nowhere. */
  text: string;
  key: StoredApiKey;
  /** What is odd about the key, though it was made. */
  warning?: string;
}

/**
 * Makes, lists, rotates and revokes the keys of `typeOrmApiKeys()`. Throws `ServiceUnavailableException` when the database
 * can't be used. Running processes see a change once their cached look-ups are older than `cacheTtl`.
 */
export class ApiKeyService {
  private readonly table: ApiKeyTable;

  constructor(dataSource: DataSource) {
    this.table = new ApiKeyTable(dataSource);
  }

  /** Throws a `TypeError` that names the field that is wrong. */
  async create(input: NewApiKey): Promise<CreatedApiKey> {
    return this.insert(checkedNewApiKey(input));
  }

  /** All keys, also those that are expired, revoked or `unreadable`, the oldest first. */
  async list(): Promise<StoredApiKey[]> {
    return this.table.all();
  }

  /**
   * Makes a key with the same properties, and as long to live from now on; the old one expires after `gracePeriod`
   * milliseconds (default 24 hours). Throws `NotFoundException`, or `ConflictException` where the key is no longer valid
   * or has been replaced before.
   */
  async rotate(id: string, { gracePeriod = DAY_MS }: { gracePeriod?: number } = {}): Promise<CreatedApiKey> {
    if (!Number.isSafeInteger(gracePeriod) || gracePeriod < 0) {
      throw new TypeError('Expected `gracePeriod` to be an integer of milliseconds from 0 and up.');
    }
    const old = await this.find(id);
    const now = Date.now();
    checkRotatable(old, now);
    const lifetimeFromNow = old.expiresAt && timeAt(now + old.expiresAt.getTime() - old.createdAt.getTime());
    const graceEnd = timeAt(Math.min(now + gracePeriod, old.expiresAt?.getTime() ?? Infinity));

    // No transaction: on SQLite it would be shared with the host's. What fails in between leaves a key that nobody knows.
    const created = await this.insert({ ...old, expiresAt: lifetimeFromNow });
    const change = { replaced_by: created.key.id, expires_at: graceEnd.toISOString() };
    const affected = await this.table.update([old.id], change, ' AND replaced_by IS NULL AND revoked_at IS NULL');
    if (affected === 1) return created;
    await this.table.delete(created.key.id);
    throw new ConflictException(`The key '${id}' was rotated or revoked by someone else just now: list the keys.`);
  }

  /** From now on the key is refused. Once revoked it stays so, since the first time. Throws `NotFoundException`. */
  async revoke(id: string): Promise<StoredApiKey> {
    const key = await this.find(id);
    if (key.revokedAt) return key;
    const revokedAt = new Date();
    await this.table.update([key.id], { revoked_at: revokedAt.toISOString() });
    return { ...key, revokedAt };
  }

  private async insert(granted: ReturnType<typeof checkedNewApiKey>): Promise<CreatedApiKey> {
    const text = newApiKeyText(granted.kind);
    const key = keyOf(granted, text);
    await this.table.insert(key, apiKeyDigest(text));
    const warning =
      key.kind === 'web' && key.allowedOrigins?.length === 0
        ? 'The key may be used from nowhere, as it is a web key without allowed origins: make another one with them.'
        : undefined;
    return { text, key, ...(warning && { warning }) };
  }

  // The id is not repeated: it may be the text of a key, taken for its id.
  private async find(id: string): Promise<StoredApiKey> {
    const key = typeof id === 'string' ? await this.table.findById(id) : undefined;
    if (key === undefined) throw new NotFoundException('There is no key with this id: list the keys to see theirs, `key_…`.');
    return key;
  }
}

function checkRotatable({ id, replacedBy, revokedAt, expiresAt, unreadable }: StoredApiKey, now: number): void {
  if (replacedBy) throw new ConflictException(`The key '${id}' was replaced by '${replacedBy}': rotate that one.`);
  const state = revokedAt
    ? 'revoked'
    : unreadable
      ? 'unreadable'
      : expiresAt && expiresAt.getTime() <= now
        ? 'expired'
        : undefined;
  if (state) throw new ConflictException(`The key '${id}' is ${state}: create a new one.`);
}

function keyOf(granted: ReturnType<typeof checkedNewApiKey>, text: string): StoredApiKey {
  return {
    id: `key_${uuidv7()}`,
    prefix: displayPrefix(text),
    name: granted.name,
    kind: granted.kind,
    scopes: granted.scopes,
    projectId: granted.projectId,
    integrationId: granted.integrationId,
    entityTypes: granted.entityTypes,
    allowedOrigins: granted.allowedOrigins,
    createdAt: new Date(),
    expiresAt: granted.expiresAt,
    revokedAt: null,
    replacedBy: null,
    lastUsedAt: null,
  };
}

function timeAt(time: number): Date {
  return new Date(Math.min(time, LAST_TIME));
}

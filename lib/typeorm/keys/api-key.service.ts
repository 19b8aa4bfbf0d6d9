import { ConflictException, NotFoundException } from '@nestjs/common';
import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import { apiKeyDigest } from '../../auth/api-key-digest.js';
import { displayPrefix, newApiKeyText } from '../../auth/api-key-text.js';
import { LAST_TIME } from '../../events/validation/rfc3339.js';
import { withDeadline } from './api-key-table.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { checkedNewApiKey, type NewApiKey } from './new-api-key.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What is known of a stored key. */
export type StoredApiKey = Omit<ApiKeyEntity, 'digest'>;

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
  constructor(private readonly dataSource: DataSource) {}

  /** Throws a `TypeError` that names the field that is wrong. */
  async create(input: NewApiKey): Promise<CreatedApiKey> {
    const granted = checkedNewApiKey(input);
    return withDeadline(this.dataSource, (keys) => insert(keys, granted));
  }

  /** All keys, also those that are expired or revoked, the oldest first. */
  async list(): Promise<StoredApiKey[]> {
    return withDeadline(this.dataSource, (keys) => keys.find(ApiKeyEntity, { order: { id: 'ASC' } }));
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
    return withDeadline(this.dataSource, async (keys) => {
      const old = await find(keys, id);
      const now = Date.now();
      if (old.replacedBy) throw new ConflictException(`The key '${id}' was replaced by '${old.replacedBy}': rotate that one.`);
      if (old.revokedAt || (old.expiresAt && old.expiresAt.getTime() <= now)) {
        throw new ConflictException(`The key '${id}' is ${old.revokedAt ? 'revoked' : 'expired'}: create a new one.`);
      }
      const lifetimeFromNow = old.expiresAt && timeAt(now + old.expiresAt.getTime() - old.createdAt.getTime());
      const graceEnd = timeAt(Math.min(now + gracePeriod, old.expiresAt?.getTime() ?? Infinity));

      // No transaction: on SQLite it would be shared with the host's. What fails in between leaves a key that nobody knows.
      const created = await insert(keys, { ...old, expiresAt: lifetimeFromNow });
      const unchanged = { id: old.id, replacedBy: IsNull(), revokedAt: IsNull() };
      const change = { replacedBy: created.key.id, expiresAt: graceEnd };
      const { affected } = await keys.update(ApiKeyEntity, unchanged, change);
      if (affected === 1) return created;
      await keys.delete(ApiKeyEntity, { id: created.key.id });
      throw new ConflictException(`The key '${id}' was rotated or revoked by someone else just now: list the keys.`);
    });
  }

  /** From now on the key is refused. Once revoked it stays so, since the first time. Throws `NotFoundException`. */
  async revoke(id: string): Promise<StoredApiKey> {
    return withDeadline(this.dataSource, async (keys) => {
      const key = await find(keys, id);
      if (key.revokedAt) return key;
      const revokedAt = new Date();
      await keys.update(ApiKeyEntity, { id: key.id }, { revokedAt });
      return { ...key, revokedAt };
    });
  }
}

async function insert(keys: EntityManager, granted: ReturnType<typeof checkedNewApiKey>): Promise<CreatedApiKey> {
  const text = newApiKeyText(granted.kind);
  const key: StoredApiKey = {
    id: `key_${uuidv7()}`,
    prefix: displayPrefix(text),
    name: granted.name,
    kind: granted.kind,
    scopes: granted.scopes,
    projectId: granted.projectId,
    integrationId: granted.integrationId,
    allowedOrigins: granted.allowedOrigins,
    createdAt: new Date(),
    expiresAt: granted.expiresAt,
    revokedAt: null,
    replacedBy: null,
    lastUsedAt: null,
  };
  await keys.insert(ApiKeyEntity, { ...key, digest: apiKeyDigest(text) });
  const warning =
    key.kind === 'web' && key.allowedOrigins?.length === 0
      ? 'The key may be used from nowhere, as it is a web key without allowed origins: make another one with them.'
      : undefined;
  return { text, key, ...(warning && { warning }) };
}

// The id is not repeated: it may be the text of a key, taken for its id.
async function find(keys: EntityManager, id: string): Promise<ApiKeyEntity> {
  // For TypeORM, an undefined id is any.
  const key = typeof id === 'string' ? await keys.findOneBy(ApiKeyEntity, { id }) : null;
  if (key === null) throw new NotFoundException('There is no key with this id: list the keys to see theirs, `key_…`.');
  return key;
}

function timeAt(time: number): Date {
  return new Date(Math.min(time, LAST_TIME));
}

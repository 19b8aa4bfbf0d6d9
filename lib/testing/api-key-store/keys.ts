import { randomUUID } from 'node:crypto';
import { apiKeyDigest } from '../../auth/api-key-digest.js';
import type { ApiKey } from '../../auth/api-key.interface.js';

/** A key that nobody holds. */
export function newApiKey(fields: Partial<ApiKey> = {}): ApiKey {
  return { id: `key_${randomUUID()}`, digest: newDigest(), kind: 'api', scopes: ['events:write', 'events:read'], ...fields };
}

export function newDigest(): string {
  return apiKeyDigest(randomUUID());
}

/** The key as it is to come back: what is absent may also be null. */
export function wholeKey(key: ApiKey | null | undefined): object | undefined {
  if (key === undefined || key === null) return undefined;
  const { id, digest, kind, scopes, projectId = null, integrationId = null, expiresAt } = key;
  const { entityTypes = null, allowedOrigins = null } = key;
  const expiry = expiresAt?.getTime?.() ?? null; // in milliseconds, as matchers don't show those of a Date
  return { id, digest, kind, scopes: [...scopes], projectId, integrationId, entityTypes, allowedOrigins, expiry };
}

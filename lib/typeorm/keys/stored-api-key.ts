import { parseRfc3339 } from '../../events/validation/rfc3339.js';
import type { TextRow } from '../engines/database.js';
import type { ApiKeyEntity } from './api-key.entity.js';

/** What is known of a stored key. */
export interface StoredApiKey extends Omit<ApiKeyEntity, 'digest'> {
  /**
   * The fields whose value in the table can't be read, where there are any: a time is then an invalid `Date`, a list empty.
   * Such a key is refused.
   */
  unreadable?: readonly string[];
}

/** The columns of a key but its digest, and the fields that they are. */
export const KEY_COLUMNS = {
  id: 'id',
  prefix: 'prefix',
  name: 'name',
  kind: 'kind',
  scopes: 'scopes',
  projectId: 'project_id',
  integrationId: 'integration_id',
  entityTypes: 'entity_types',
  allowedOrigins: 'allowed_origins',
  createdAt: 'created_at',
  expiresAt: 'expires_at',
  revokedAt: 'revoked_at',
  replacedBy: 'replaced_by',
  lastUsedAt: 'last_used_at',
} as const satisfies Record<keyof Omit<ApiKeyEntity, 'digest'>, string>;

type Field = keyof typeof KEY_COLUMNS;

export function toKeyRow(key: StoredApiKey): TextRow {
  return Object.fromEntries(Object.entries(KEY_COLUMNS).map(([field, column]) => [column, toText(key[field as Field])]));
}

function toText(value: StoredApiKey[Field]): string | null {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? JSON.stringify(value) : value;
}

/** Fails closed: what can't be read is listed as such, and never taken for null, which would be "no limit". */
export function toStoredKey(row: TextRow): StoredApiKey {
  const unreadable: string[] = [];
  const read = <T>(field: Field, as: (text: string) => T | undefined, otherwise: T): T | null => {
    const value: unknown = row[KEY_COLUMNS[field]];
    if (value === null) return null;
    const result = typeof value === 'string' ? as(value) : undefined;
    if (result === undefined) unreadable.push(field);
    return result ?? otherwise;
  };
  // Of columns that can't be null, a null is no more readable than other nonsense.
  const need = <T>(field: Field, as: (text: string) => T | undefined, otherwise: T): T => {
    const value = read(field, as, otherwise);
    if (value === null) unreadable.push(field);
    return value ?? otherwise;
  };
  const noTime = new Date(Number.NaN);
  const key: StoredApiKey = {
    id: need('id', itself, ''),
    prefix: need('prefix', itself, ''),
    name: need('name', itself, ''),
    kind: need('kind', kindOf, 'web'),
    scopes: need('scopes', listOf, []) as StoredApiKey['scopes'],
    projectId: read('projectId', itself, ''),
    integrationId: read('integrationId', itself, ''),
    entityTypes: read('entityTypes', listOfSome, []),
    allowedOrigins: read('allowedOrigins', listOf, []),
    createdAt: need('createdAt', timeOf, noTime),
    expiresAt: read('expiresAt', timeOf, noTime),
    revokedAt: read('revokedAt', timeOf, noTime),
    replacedBy: read('replacedBy', itself, ''),
    lastUsedAt: read('lastUsedAt', timeOf, noTime),
  };
  return unreadable.length > 0 ? { ...key, unreadable } : key;
}

function itself(text: string): string {
  return text;
}

function kindOf(text: string): StoredApiKey['kind'] | undefined {
  return text === 'web' || text === 'api' ? text : undefined;
}

function timeOf(text: string): Date | undefined {
  const time = parseRfc3339(text);
  return time === undefined ? undefined : new Date(time);
}

/** Whether an empty one were none or all is not for us to guess. */
function listOfSome(text: string): string[] | undefined {
  const list = listOf(text);
  return list?.length === 0 ? undefined : list;
}

function listOf(text: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}

import type { StoredApiKey } from '../typeorm/keys/stored-api-key.js';
import { textTable } from './text-table.js';

const HEAD = [
  'ID',
  'NAME',
  'KEY',
  'SCOPES',
  'PROJECT',
  'INTEGRATION',
  'ENTITY TYPES',
  'ORIGINS',
  'STATE',
  'EXPIRES',
  'LAST USED',
];
const UNREADABLE = 'unreadable';

/** Keys for people, a line each. */
export function keysTable(keys: readonly StoredApiKey[]): string {
  return textTable([HEAD, ...keys.map(rowOf)]);
}

/** Whether a key is accepted, as far as its row tells; one that can't be read is refused, and never taken for unlimited. */
export function stateOf(key: StoredApiKey): 'revoked' | 'unreadable' | 'expired' | 'replaced' | 'valid' {
  const { revokedAt, expiresAt, replacedBy, unreadable = [] } = key;
  if (revokedAt && !unreadable.includes('revokedAt')) return 'revoked';
  if (unreadable.length > 0) return UNREADABLE;
  if (expiresAt && expiresAt.getTime() <= Date.now()) return 'expired';
  return replacedBy ? 'replaced' : 'valid';
}

/** For `JSON.stringify()`, which writes a time that can't be read as null, as if there were none. */
export function readableTime(this: Record<string, unknown>, field: string, value: unknown): unknown {
  const given = this[field];
  return given instanceof Date && Number.isNaN(given.getTime()) ? UNREADABLE : value;
}

function rowOf(key: StoredApiKey): string[] {
  const show = (field: keyof StoredApiKey, text: string) => (key.unreadable?.includes(field) ? UNREADABLE : text);
  const time = (field: 'expiresAt' | 'lastUsedAt') => show(field, isReadable(key[field]) ? key[field].toISOString() : 'never');
  return [
    show('id', key.id),
    show('name', key.name),
    `${show('prefix', key.prefix)}…`,
    show('scopes', key.scopes.join()),
    show('projectId', key.projectId ?? '-'),
    show('integrationId', key.integrationId ?? '-'),
    show('entityTypes', key.entityTypes?.join() ?? 'all'),
    show('allowedOrigins', key.allowedOrigins?.join() || 'none'),
    stateOf(key),
    time('expiresAt'),
    time('lastUsedAt'),
  ];
}

function isReadable(time: Date | null): time is Date {
  return time !== null && !Number.isNaN(time.getTime());
}

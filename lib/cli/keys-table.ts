import type { StoredApiKey } from '../typeorm/keys/api-key.service.js';
import { textTable } from './text-table.js';

const HEAD = ['ID', 'NAME', 'KEY', 'SCOPES', 'PROJECT', 'INTEGRATION', 'ORIGINS', 'STATE', 'EXPIRES', 'LAST USED'];
const UNREADABLE = 'unreadable';

/** The type of the service is what its rows should be; a row that someone else wrote may hold anything. */
type Row = { readonly [Field in keyof StoredApiKey]: unknown };

/** Keys for people, a line each. */
export function keysTable(keys: readonly StoredApiKey[]): string {
  return textTable([HEAD, ...keys.map(rowOf)]);
}

/** Whether a key is accepted, as far as its row tells; one that can't be read is refused, and never taken for unlimited. */
export function stateOf(key: Row): 'revoked' | 'unreadable' | 'expired' | 'replaced' | 'valid' {
  if (isTime(key.revokedAt)) return 'revoked';
  if (!isReadable(key)) return UNREADABLE;
  if (isTime(key.expiresAt) && key.expiresAt.getTime() <= Date.now()) return 'expired';
  return key.replacedBy ? 'replaced' : 'valid';
}

/** For `JSON.stringify()`, which writes a time that can't be read as null, as if there were none. */
export function readableTime(this: Record<string, unknown>, field: string, value: unknown): unknown {
  return this[field] instanceof Date && !isTime(this[field]) ? UNREADABLE : value;
}

function rowOf(key: Row): string[] {
  const { id, name, prefix, scopes, projectId, integrationId, allowedOrigins, expiresAt, lastUsedAt } = key;
  return [
    textOf(id),
    textOf(name),
    `${textOf(prefix)}…`,
    listOf(scopes),
    textOf(projectId ?? '-'),
    textOf(integrationId ?? '-'),
    listOf(allowedOrigins ?? []) || 'none',
    stateOf(key),
    timeOf(expiresAt),
    timeOf(lastUsedAt),
  ];
}

function isReadable({ kind, scopes, projectId, integrationId, allowedOrigins, ...times }: Row): boolean {
  return (
    (kind === 'web' || kind === 'api') &&
    isTextList(scopes) &&
    [projectId, integrationId].every((value) => value === null || typeof value === 'string') &&
    (allowedOrigins === null || isTextList(allowedOrigins)) &&
    isTime(times.createdAt) &&
    [times.expiresAt, times.revokedAt, times.lastUsedAt].every((value) => value === null || isTime(value))
  );
}

function isTime(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime());
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : UNREADABLE;
}

function listOf(value: unknown): string {
  return isTextList(value) ? value.join() : UNREADABLE;
}

function timeOf(value: unknown): string {
  if (value === null) return 'never';
  return isTime(value) ? value.toISOString() : UNREADABLE;
}

import { isEntityTypeName } from '../events/entity-types/entity-type-name.js';
import { shortTextFault } from '../events/validation/is-short-text.decorator.js';
import { parseRfc3339 } from '../events/validation/rfc3339.js';
import { typeName } from '../options/checks/type-name.js';
import type { ApiKeyGrant, ApiKeyKind, ApiKeyScope } from '../options/api-key-options.interface.js';
import type { ApiKey } from './api-key.interface.js';
import { isOriginPattern } from './origin-pattern.js';

/** As a record, so that a new field of a grant can't be forgotten where fields are checked. */
export const GRANT_FIELDS: Record<keyof ApiKeyGrant, true> = {
  kind: true,
  scopes: true,
  projectId: true,
  integrationId: true,
  entityTypes: true,
  allowedOrigins: true,
  expiresAt: true,
};

const API_KEY_SCOPES: readonly ApiKeyScope[] = ['events:write', 'events:read'];
const SCOPES_OF: Record<ApiKeyKind, readonly ApiKeyScope[]> = { web: ['events:write'], api: API_KEY_SCOPES };

/** The grant with its defaults. Throws a `TypeError` that names the wrong field, after `at`: `apiKeys[0].scopes`. */
export function checkedGrant(grant: ApiKeyGrant, at = ''): Omit<ApiKey, 'id' | 'digest'> {
  const kind = kindOf(grant.kind, `${at}kind`);
  return {
    kind,
    scopes: scopesOf(grant.scopes ?? (kind && SCOPES_OF[kind]), kind, `${at}scopes`),
    projectId: nameOf(grant.projectId, `${at}projectId`),
    integrationId: nameOf(grant.integrationId, `${at}integrationId`),
    entityTypes: entityTypesOf(grant.entityTypes, `${at}entityTypes`),
    allowedOrigins: originsOf(grant.allowedOrigins ?? (kind === 'web' ? [] : undefined), `${at}allowedOrigins`),
    expiresAt: expiryOf(grant.expiresAt, `${at}expiresAt`),
  };
}

function kindOf(kind: unknown, at: string): ApiKeyKind | undefined {
  if (kind === undefined || kind === 'web' || kind === 'api') return kind;
  // Its text is not repeated, as it may be a key that was given in the wrong place.
  const given = typeof kind === 'string' ? '' : `, got ${typeName(kind)}`;
  throw new TypeError(`Expected \`${at}\` to be 'web' or 'api'${given}.`);
}

function scopesOf(scopes: ApiKeyGrant['scopes'], kind: ApiKeyKind | undefined, at: string): ApiKey['scopes'] {
  const known = API_KEY_SCOPES.map((scope) => `'${scope}'`).join(' and ');
  if (!Array.isArray(scopes) || scopes.length === 0) {
    const fix = `or set \`${at.replace(/scopes$/, 'kind')}\` to 'web' or 'api', which have scopes of their own`;
    throw new TypeError(
      `Expected \`${at}\` to hold at least one of ${known}, got ${scopes?.length === 0 ? 'an empty array' : typeName(scopes)}; ${fix}.`,
    );
  }
  const unknown = scopes.find((scope) => !API_KEY_SCOPES.includes(scope));
  if (unknown !== undefined) throw new TypeError(`Unknown scope '${String(unknown)}' in \`${at}\`: known are ${known}.`);
  if (kind === 'web' && scopes.includes('events:read')) {
    throw new TypeError(`Expected \`${at}\` of a web key to be 'events:write' alone: all who see the page could read.`);
  }
  return [...scopes];
}

function nameOf(value: unknown, at: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw new TypeError(`Expected \`${at}\` to be a string, got ${typeName(value)}.`);
  const fault = shortTextFault(value);
  if (fault !== undefined) throw new TypeError(`\`${at}\` ${fault}: no event could have it.`);
  return value;
}

function entityTypesOf(names: unknown, at: string): readonly string[] | null {
  if (names === undefined || names === null) return null;
  if (!Array.isArray(names) || names.length === 0) {
    const given = Array.isArray(names) ? 'an empty array' : typeName(names);
    throw new TypeError(`Expected \`${at}\` to hold at least one entity type, got ${given}; leave it out to allow all.`);
  }
  const wrong = names.findIndex((name) => !isEntityTypeName(name));
  if (wrong < 0) return [...names];
  throw new TypeError(
    `Expected \`${at}[${wrong}]\` to be the name of an entity type: a letter, then at most 63 letters, digits, \`_\`, \`.\` or \`-\`.`,
  );
}

function originsOf(origins: unknown, at: string): readonly string[] | undefined {
  if (origins === undefined) return undefined;
  if (!Array.isArray(origins)) throw new TypeError(`Expected \`${at}\` to be a list of origins, got ${typeName(origins)}.`);
  const wrong = origins.findIndex((origin) => !isOriginPattern(origin));
  if (wrong < 0) return [...origins];
  throw new TypeError(
    `Expected \`${at}[${wrong}]\` to be an origin as browsers send it, in lower case, without a path and of at most 255 characters: 'https://example.com', 'https://*.example.com' or '*'; of an app or an extension, 'tauri://localhost' or 'chrome-extension://<id>'. Never 'null' or 'file://', which any page can have.`,
  );
}

function expiryOf(value: unknown, at: string): Date | null {
  if (value === undefined || value === null) return null;
  const text: unknown = value instanceof Date ? value.toJSON() : value;
  const time = typeof text === 'string' ? parseRfc3339(text) : undefined;
  if (time !== undefined) return new Date(time);
  throw new TypeError(`Expected \`${at}\` to be a valid Date or an RFC 3339 date-time with an offset.`);
}

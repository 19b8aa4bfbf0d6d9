import { checkedGrant, GRANT_FIELDS } from '../../auth/api-key-grant.js';
import type { ApiKeyGrant, ApiKeyKind } from '../../options/api-key-options.interface.js';
import { checkFieldsOf } from '../../options/checks/known-fields.js';
import { shortTextFault } from '../../events/validation/is-short-text.decorator.js';
import type { ApiKeyEntity } from './api-key.entity.js';

/** A key to be made. */
export interface NewApiKey extends ApiKeyGrant {
  /** What people call it, e.g. after the site that it is for; 1 to 255 characters. */
  name: string;
  kind: ApiKeyKind;
}

const FIELDS: Record<keyof NewApiKey, true> = { name: true, ...GRANT_FIELDS };

type Granted = Pick<ApiKeyEntity, keyof typeof FIELDS>;

/** What a new key is stored with. Throws a `TypeError` that names the field that is wrong. */
export function checkedNewApiKey(input: NewApiKey): Granted {
  checkFieldsOf(input, Object.keys(FIELDS), 'a new key');
  const fault = shortTextFault(input.name, 1);
  if (fault !== undefined) throw new TypeError(`\`name\` ${fault}.`);
  if (input.kind === undefined) throw new TypeError("Expected `kind` to be 'web' or 'api', got undefined.");
  const { scopes, projectId = null, integrationId = null, entityTypes, allowedOrigins, expiresAt = null } = checkedGrant(input);
  if (expiresAt && expiresAt.getTime() <= Date.now()) {
    throw new TypeError('Expected `expiresAt` to be in the future: the key could never be used.');
  }
  return {
    name: input.name,
    kind: input.kind,
    scopes: [...scopes],
    projectId,
    integrationId,
    entityTypes: entityTypes ? [...entityTypes] : null,
    allowedOrigins: allowedOrigins ? [...allowedOrigins] : null,
    expiresAt,
  };
}

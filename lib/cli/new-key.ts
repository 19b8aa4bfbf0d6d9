import type { ApiKeyKind, ApiKeyScope } from '../options/api-key-options.interface.js';
import { checkedNewApiKey, type NewApiKey } from '../typeorm/keys/new-api-key.js';
import { parseDuration } from './duration.js';
import { EXIT, Failure } from './failure.js';
import type { Values } from './options.js';

/** The options that the fields of a key come from. */
const OPTION_OF: Partial<Record<string, string>> = {
  name: '--name',
  kind: '--kind',
  scopes: '--scope',
  projectId: '--project',
  integrationId: '--integration',
  entityTypes: '--entity-type',
  allowedOrigins: '--origin',
  expiresAt: '--expires',
};

/** The key that the options of `keys create` describe. */
export function newKeyOf(values: Values): NewApiKey {
  if (values.kind === 'web' && values.origin === undefined) {
    throw new Failure(EXIT.usage, 'A web key needs --origin, the page that has it: else it could be used from nowhere.');
  }
  const input = {
    name: values.name!,
    kind: values.kind as ApiKeyKind,
    scopes: values.scope as ApiKeyScope[] | undefined,
    projectId: values.project,
    integrationId: values.integration,
    entityTypes: values['entity-type'],
    allowedOrigins: values.origin,
    expiresAt: expiryOf(values.expires),
  };
  try {
    checkedNewApiKey(input);
    return input;
  } catch (error) {
    throw new Failure(EXIT.usage, inOptions((error as TypeError).message));
  }
}

function expiryOf(expires: string | undefined): Date | string | undefined {
  if (expires === undefined || /^\d{4}-\d\d-\d\dT/i.test(expires)) return expires;
  const lifetime = parseDuration(expires);
  if (lifetime !== undefined) return new Date(Date.now() + lifetime);
  throw new Failure(
    EXIT.usage,
    'Expected --expires to be a time such as 2030-01-31T00:00:00Z or a duration such as 90s, 30m, 24h or 90d.',
  );
}

// The fields of the library in the words of who types.
function inOptions(message: string): string {
  return message.replace(/`(\w+)(?:\[\d+\])?`/g, (field, name: string) => OPTION_OF[name] ?? field);
}

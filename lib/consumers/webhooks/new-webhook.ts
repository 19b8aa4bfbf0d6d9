import { uuidv7 } from 'uuidv7';
import { shortTextFault } from '../../events/validation/is-short-text.decorator.js';
import { checkFieldsOf } from '../../options/checks/known-fields.js';
import { typeName } from '../../options/checks/type-name.js';
import type { StoredWebhook } from '../../storage/webhooks/stored-webhook.interface.js';
import { checkedWebhookUrl } from './checked-webhook-url.js';
import { checkedFilters } from './webhook-filters.js';
import type { WebhookFilters } from './webhook-options.interface.js';

/** An endpoint to be made. */
export interface NewWebhook extends WebhookFilters {
  /** What people call it, e.g. after who receives; 1 to 255 characters. */
  name: string;
  /** Where events are sent: `https://…`. */
  url: string;
}

const FIELDS: Record<keyof NewWebhook, true> = { name: true, url: true, entityTypes: true, types: true, projectId: true };

/** A new endpoint with this secret. Throws a `TypeError` that names the field that is wrong. */
export function newWebhookOf(input: NewWebhook, secret: string, allowPrivateAddresses: boolean): StoredWebhook {
  if (typeof input !== 'object' || input === null) throw new TypeError(`Expected { name, url, … }, got ${typeName(input)}.`);
  checkFieldsOf(input, Object.keys(FIELDS), 'a new endpoint');
  const fault = shortTextFault(input.name, 1);
  if (fault !== undefined) throw new TypeError(`\`name\` ${fault}.`);
  checkedWebhookUrl(input.url, allowPrivateAddresses);
  const { entityTypes = null, types = null, projectId = null } = checkedFilters(input);
  const createdAt = new Date().toISOString();
  const secrets = [{ secret, createdAt, expiresAt: null }];
  const about = { id: `whk_${uuidv7()}`, name: input.name, url: input.url, createdAt, version: 1 };
  return { ...about, secrets, entityTypes, types, projectId };
}

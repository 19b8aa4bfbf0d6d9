import { boolean } from '../../options/checks/option-checks.js';
import { checkFieldsOf } from '../../options/checks/known-fields.js';
import { checkOptionNames } from '../../options/checks/option-names.js';
import { typeName } from '../../options/checks/type-name.js';
import { checkedWebhookUrl } from './checked-webhook-url.js';
import type { WebhookEndpoint } from './webhook-endpoint.interface.js';
import { checkedFilters } from './webhook-filters.js';
import type { ConfiguredWebhook, WebhookOptions } from './webhook-options.interface.js';
import { checkedSecret } from './webhook-secret.js';

const ID = /^(?!whk_)[\w.-]{1,80}$/;
const FIELDS: Record<keyof ConfiguredWebhook, true> = {
  id: true,
  url: true,
  secret: true,
  entityTypes: true,
  types: true,
  projectId: true,
};

/** The option `webhooks` in force. Throws a `TypeError` that names what is wrong in it. */
export class WebhookSettings {
  readonly endpoints: readonly WebhookEndpoint[];
  readonly allowPrivateAddresses: boolean;

  constructor(options: WebhookOptions = {}) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`Expected \`webhooks\` to be true or { endpoints, … }, got ${typeName(options)}.`);
    }
    checkOptionNames(options, ['endpoints', 'allowPrivateAddresses'], []);
    const { endpoints = [], allowPrivateAddresses } = options;
    this.allowPrivateAddresses = boolean(false)(allowPrivateAddresses, 'webhooks.allowPrivateAddresses');
    if (!Array.isArray(endpoints)) {
      throw new TypeError(`Expected \`webhooks.endpoints\` to be a list of { id, url, secret }, got ${typeName(endpoints)}.`);
    }
    this.endpoints = endpoints.map((endpoint, index) =>
      this.endpointOf(endpoint as ConfiguredWebhook, `webhooks.endpoints[${index}]`),
    );
    this.endpoints.forEach(({ id }, index) => this.checkUnique(id, index));
  }

  private endpointOf(given: ConfiguredWebhook, at: string): WebhookEndpoint {
    if (typeof given !== 'object' || given === null) {
      throw new TypeError(`Expected \`${at}\` to be { id, url, secret }, got ${typeName(given)}.`);
    }
    checkFieldsOf(given, Object.keys(FIELDS), `\`${at}\``);
    return {
      id: idOf(given.id, `${at}.id`),
      url: this.urlOf(given.url, `${at}.url`),
      secrets: secretsOf(given.secret, `${at}.secret`),
      ...checkedFilters(given, `${at}.`),
    };
  }

  private urlOf(url: string, at: string): string {
    try {
      checkedWebhookUrl(url, this.allowPrivateAddresses);
      return url;
    } catch (error) {
      throw new TypeError(`\`${at}\`: ${(error as Error).message}`, { cause: error });
    }
  }

  private checkUnique(id: string, index: number): void {
    if (this.endpoints.findIndex((endpoint) => endpoint.id === id) === index) return;
    throw new TypeError(`Two of \`webhooks.endpoints\` have the id '${id}', under which the position of one is kept.`);
  }
}

function idOf(id: unknown, at: string): string {
  if (typeof id === 'string' && ID.test(id)) return id;
  throw new TypeError(`Expected \`${at}\` to be 1 to 80 letters, digits, '.', '_' and '-', not beginning with whk_.`);
}

function secretsOf(given: unknown, at: string): string[] {
  if (!Array.isArray(given)) return [checkedSecret(given, at)];
  if (given.length > 0) return given.map((secret, index) => checkedSecret(secret, `${at}[${index}]`));
  throw new TypeError(`Expected \`${at}\` to hold at least one secret.`);
}

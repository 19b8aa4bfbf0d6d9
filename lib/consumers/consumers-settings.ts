import { MAX_TIMER_MS } from '../options/checks/checked-integer.js';
import { integer } from '../options/checks/option-checks.js';
import { checkOptionNames } from '../options/checks/option-names.js';
import { typeName } from '../options/checks/type-name.js';
import type { EventLogConsumersOptions } from './event-log-consumers-options.interface.js';
import { WebhookSettings } from './webhooks/webhook-settings.js';

const shutdownTimeout = integer(5_000, MAX_TIMER_MS);

/** The options in force: those of the host, checked at boot, with their defaults. `extras` are the names that are none. */
export class ConsumersSettings {
  readonly shutdownTimeout: number;
  /** Undefined: there are none. */
  readonly webhooks: WebhookSettings | undefined;

  constructor(options: EventLogConsumersOptions = {}, extras: readonly string[] = []) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(
        `Expected the options of EventLogConsumersModule to be { shutdownTimeout, … }, got ${typeName(options)}.`,
      );
    }
    checkOptionNames(options, ['shutdownTimeout', 'webhooks'], extras);
    this.shutdownTimeout = shutdownTimeout(options.shutdownTimeout, 'shutdownTimeout');
    this.webhooks = webhooksOf(options.webhooks);
  }
}

function webhooksOf(given: EventLogConsumersOptions['webhooks']): WebhookSettings | undefined {
  if (given === undefined || given === false) return undefined;
  return new WebhookSettings(given === true ? {} : given);
}

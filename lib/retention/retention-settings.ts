import { MAX_TIMER_MS } from '../options/checks/checked-integer.js';
import { boolean, integer } from '../options/checks/option-checks.js';
import { checkOptionNames } from '../options/checks/option-names.js';
import { typeName } from '../options/checks/type-name.js';
import type { EventLogRetentionOptions } from './event-log-retention-options.interface.js';
import { PrivacySettings } from './privacy/privacy-settings.js';
import { checkedRules } from '../options/retention/checked-rules.js';
import type { RetentionRules } from '../options/retention/retention-rules.js';

const every = integer(3_600_000, MAX_TIMER_MS);
const ignoreConsumers = boolean(false);

/** The options in force: those of the host, checked at boot, with their defaults. `extras` are the names that are none. */
export class RetentionSettings {
  readonly rules: RetentionRules;
  readonly every: number;
  readonly ignoreConsumers: boolean;
  readonly privacy: PrivacySettings;

  constructor(options: EventLogRetentionOptions = {}, extras: readonly string[] = []) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`Expected the options of EventLogRetentionModule to be { rules, … }, got ${typeName(options)}.`);
    }
    checkOptionNames(options, ['rules', 'every', 'ignoreConsumers', 'anonymize'], extras);
    this.rules = checkedRules(options.rules);
    this.every = every(options.every, 'every');
    this.privacy = new PrivacySettings(options);
    this.ignoreConsumers = ignoreConsumers(options.ignoreConsumers, 'ignoreConsumers');
  }
}

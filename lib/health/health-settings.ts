import { checkedInteger, MAX_TIMER_MS } from '../options/checks/checked-integer.js';
import { integer } from '../options/checks/option-checks.js';
import { checkOptionNames } from '../options/checks/option-names.js';
import { typeName } from '../options/checks/type-name.js';
import type { EventLogHealthOptions } from './event-log-health-options.interface.js';

const storeTimeout = integer(1_000, MAX_TIMER_MS);
const waitTimeout = integer(1_000, MAX_TIMER_MS);

const OPTIONS: Record<keyof EventLogHealthOptions, true> = { storeTimeout: true, waitTimeout: true, maxConsumerLagSeconds: true };

/** The options in force: those of the host, checked at boot, with their defaults. `extras` are the names that are none. */
export class HealthSettings {
  readonly storeTimeout: number;
  readonly waitTimeout: number;
  /** `Infinity`: as far as they may be. */
  readonly maxConsumerLagSeconds: number;

  constructor(options: EventLogHealthOptions = {}, extras: readonly string[] = []) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`Expected the options of EventLogHealthModule to be { storeTimeout, … }, got ${typeName(options)}.`);
    }
    checkOptionNames(options, Object.keys(OPTIONS), extras);
    this.storeTimeout = storeTimeout(options.storeTimeout, 'storeTimeout');
    this.waitTimeout = waitTimeout(options.waitTimeout, 'waitTimeout');
    const lag = options.maxConsumerLagSeconds;
    this.maxConsumerLagSeconds = lag === undefined ? Infinity : checkedInteger('maxConsumerLagSeconds', lag);
  }
}

import type { ApiKeyOptions } from './api-key-options.interface.js';
import { MAX_TIMER_MS } from './checks/checked-integer.js';
import { checkedRateLimit } from './checks/checked-rate-limit.js';
import { boolean, integer, oneOf, type OptionCheck } from './checks/option-checks.js';
import { checkOptionNames } from './checks/option-names.js';
import { typeName } from './checks/type-name.js';
import type { EventLogOptions } from './event-log-options.interface.js';

const MIB = 1024 * 1024;

/** Every option with its check and its default. The compiler refuses one that is missing here, or unknown. */
const OPTIONS = {
  // Checked by the store that is made of them.
  apiKeys: (given) => given as EventLogOptions['apiKeys'],
  rateLimit: (given) => checkedRateLimit(given),
  maxBodyBytes: integer(2 * MIB),
  maxBatchEvents: integer(1_000),
  maxBatchBytes: integer(16 * MIB),
  maxUploadBytes: integer(64 * MIB),
  bodyTimeout: integer(30_000, MAX_TIMER_MS),
  maxPendingEvents: integer(10_000),
  maxPendingBytes: integer(64 * MIB),
  answerTimeout: integer(5_000, MAX_TIMER_MS),
  durability: oneOf('report', 'strict'),
  cors: boolean(true),
} satisfies { [Name in keyof Required<EventLogOptions>]: OptionCheck<EventLogOptions[Name]> };

type Settings = { readonly [Name in keyof typeof OPTIONS]: ReturnType<(typeof OPTIONS)[Name]> };

// The fields come from the table, so that none is listed twice.
const CheckedOptions = class {
  constructor(options: EventLogOptions, extras: readonly string[] = []) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`Expected the options of EventLogModule to be { apiKeys, … }, got ${typeName(options)}.`);
    }
    checkOptionNames(options, Object.keys(OPTIONS), extras);
    for (const [name, check] of Object.entries<OptionCheck<unknown>>(OPTIONS)) {
      Object.assign(this, { [name]: check(options[name as keyof EventLogOptions], name) });
    }
  }
} as new (options: EventLogOptions, extras?: readonly string[]) => Settings;

/** The options in force: those of the host, checked at boot, with their defaults. `extras` are the names that are none. */
export class EventLogSettings extends CheckedOptions {
  /** The path of the intake that has these settings, where it is not the one of `EventLogModule`. */
  declare readonly intake?: string;

  /** Whether any request may be counted. */
  get hasRateLimits(): boolean {
    const { rateLimit, apiKeys } = this;
    return (
      rateLimit !== undefined || (Array.isArray(apiKeys) && apiKeys.some((key: ApiKeyOptions) => key?.rateLimit !== undefined))
    );
  }
}

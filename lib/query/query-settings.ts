import { MAX_TIMER_MS } from '../options/checks/checked-integer.js';
import { integer, type OptionCheck } from '../options/checks/option-checks.js';
import { checkOptionNames } from '../options/checks/option-names.js';
import { typeName } from '../options/checks/type-name.js';
import type { EventLogQueryOptions } from './query-options.interface.js';

/** Every option with its check and its default. The compiler refuses one that is missing here, or unknown. */
const OPTIONS = {
  queryTimeout: integer(10_000, MAX_TIMER_MS),
  maxQueries: integer(4),
} satisfies { [Name in keyof Required<EventLogQueryOptions>]: OptionCheck<EventLogQueryOptions[Name]> };

/** The options in force: those of the host, checked at boot, with their defaults. `extras` are the names that are none. */
export class QuerySettings {
  readonly queryTimeout: number;
  readonly maxQueries: number;

  constructor(options: EventLogQueryOptions = {}, extras: readonly string[] = []) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`Expected the options of EventLogQueryModule to be { queryTimeout, … }, got ${typeName(options)}.`);
    }
    checkOptionNames(options, Object.keys(OPTIONS), extras);
    this.queryTimeout = OPTIONS.queryTimeout(options.queryTimeout, 'queryTimeout');
    this.maxQueries = OPTIONS.maxQueries(options.maxQueries, 'maxQueries');
  }
}

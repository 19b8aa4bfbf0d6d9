import { checkOptionNames } from './checks/option-names.js';
import { typeName } from './checks/type-name.js';
import type { EventLogIntakeOptions } from './event-log-intake-options.interface.js';
import { EventLogSettings } from './event-log-settings.js';

/** As a record, so that the compiler refuses an option that is missing here. */
const OPTIONS: Record<keyof EventLogIntakeOptions, true> = {
  apiKeys: true,
  rateLimit: true,
  maxBodyBytes: true,
  entityTypes: true,
};

/** The options in force in one intake: its own, and else those of `EventLogModule`. */
export class IntakeSettings extends EventLogSettings {
  /** Undefined: all. */
  readonly entityTypes?: readonly string[];

  constructor(
    shared: EventLogSettings,
    options: EventLogIntakeOptions,
    override readonly intake: string,
    extras: readonly string[],
  ) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`Expected its options to be { apiKeys, … }, got ${typeName(options)}.`);
    }
    checkOptionNames(options, Object.keys(OPTIONS), extras);
    const { apiKeys, rateLimit = shared.rateLimit, maxBodyBytes = shared.maxBodyBytes, entityTypes } = options;
    super({ ...shared, apiKeys, rateLimit, maxBodyBytes });
    this.entityTypes = entityTypes === undefined ? undefined : checkedNames(entityTypes);
  }
}

function checkedNames(names: unknown): readonly string[] {
  if (Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string')) return [...names];
  const given = Array.isArray(names) && names.length === 0 ? 'an empty array' : typeName(names);
  throw new TypeError(`Expected \`entityTypes\` to be a list of names of entity types, got ${given}.`);
}

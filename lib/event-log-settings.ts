import type { EventLogOptions } from './event-log-options.interface.js';
import { describe } from './provider-source.js';

const OPTIONS = new Set(['apiKeys', 'maxBodyBytes', 'maxPendingEvents', 'maxPendingBytes']);
const EXTRAS = new Set(['path', 'storage', 'keyStore', 'controller', 'isGlobal']);

/** The limits in force: the host's options, checked at boot, with their defaults. */
export class EventLogSettings {
  readonly maxBodyBytes: number;
  readonly maxPendingEvents: number;
  readonly maxPendingBytes: number;

  constructor(options: EventLogOptions) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`Expected the options of EventLogModule to be { apiKeys, … }, got ${describe(options)}.`);
    }
    for (const option of Object.keys(options)) {
      if (EXTRAS.has(option)) throw new TypeError(`\`${option}\` must stand beside \`useFactory\`, not in what it returns.`);
      if (!OPTIONS.has(option)) throw new TypeError(`Unknown option \`${option}\`: known are ${[...OPTIONS].join(', ')}.`);
    }
    const { maxBodyBytes = 2 * 1024 * 1024, maxPendingEvents = 10_000, maxPendingBytes = 64 * 1024 * 1024 } = options;
    this.maxBodyBytes = positiveInteger('maxBodyBytes', maxBodyBytes);
    this.maxPendingEvents = positiveInteger('maxPendingEvents', maxPendingEvents);
    this.maxPendingBytes = positiveInteger('maxPendingBytes', maxPendingBytes);
  }
}

function positiveInteger(option: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
  const given = typeof value === 'number' ? value : describe(value);
  throw new TypeError(`Expected \`${option}\` to be an integer from 1 and up, got ${given}.`);
}

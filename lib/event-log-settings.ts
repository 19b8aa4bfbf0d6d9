import type { EventLogOptions } from './event-log-options.interface.js';
import { describe } from './provider-source.js';

const OPTIONS = new Set([
  'apiKeys',
  'maxBodyBytes',
  'maxPendingEvents',
  'maxPendingBytes',
  'answerTimeout',
  'durability',
  'cors',
]);
const EXTRAS = new Set(['path', 'storage', 'keyStore', 'controller', 'isGlobal']);
/** What is longer, Node's timers take for 1 ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The limits in force: the host's options, checked at boot, with their defaults. */
export class EventLogSettings {
  readonly maxBodyBytes: number;
  readonly maxPendingEvents: number;
  readonly maxPendingBytes: number;
  readonly answerTimeout: number;
  readonly durability: 'report' | 'strict';
  readonly cors: boolean;

  constructor(options: EventLogOptions) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`Expected the options of EventLogModule to be { apiKeys, … }, got ${describe(options)}.`);
    }
    for (const option of Object.keys(options)) {
      if (EXTRAS.has(option)) throw new TypeError(`\`${option}\` must stand beside \`useFactory\`, not in what it returns.`);
      if (!OPTIONS.has(option)) throw new TypeError(`Unknown option \`${option}\`: known are ${[...OPTIONS].join(', ')}.`);
    }
    const {
      maxBodyBytes = 2 * 1024 * 1024,
      maxPendingEvents = 10_000,
      maxPendingBytes = 64 * 1024 * 1024,
      answerTimeout = 5_000,
      durability = 'report',
      cors = true,
    } = options;
    this.maxBodyBytes = positiveInteger('maxBodyBytes', maxBodyBytes);
    this.maxPendingEvents = positiveInteger('maxPendingEvents', maxPendingEvents);
    this.maxPendingBytes = positiveInteger('maxPendingBytes', maxPendingBytes);
    this.answerTimeout = positiveInteger('answerTimeout', answerTimeout, MAX_TIMER_MS);
    if (durability !== 'report' && durability !== 'strict') {
      throw new TypeError(`Expected \`durability\` to be 'report' or 'strict', got ${describe(durability)}.`);
    }
    this.durability = durability;
    if (typeof cors !== 'boolean') throw new TypeError(`Expected \`cors\` to be true or false, got ${describe(cors)}.`);
    this.cors = cors;
  }
}

function positiveInteger(option: string, value: unknown, max = Number.MAX_SAFE_INTEGER): number {
  if (Number.isInteger(value) && (value as number) > 0 && (value as number) <= max) return value as number;
  const given = typeof value === 'number' ? value : describe(value);
  throw new TypeError(`Expected \`${option}\` to be an integer from 1 to ${max}, got ${given}.`);
}

import type { ApiKeyOptions } from './api-key-options.interface.js';
import { checkedRateLimit } from './checks/checked-rate-limit.js';
import type { RateLimit } from './rate-limit.interface.js';
import { checkedInteger, MAX_TIMER_MS } from './checks/checked-integer.js';
import type { EventLogOptions } from './event-log-options.interface.js';
import { typeName } from './checks/type-name.js';

const OPTIONS = new Set([
  'apiKeys',
  'rateLimit',
  'maxBodyBytes',
  'maxUploadBytes',
  'bodyTimeout',
  'maxPendingEvents',
  'maxPendingBytes',
  'answerTimeout',
  'durability',
  'cors',
]);
const EXTRAS = new Set(['path', 'storage', 'keyStore', 'decorators', 'isGlobal']);

/** The limits in force: the host's options, checked at boot, with their defaults. */
export class EventLogSettings {
  readonly apiKeys: readonly ApiKeyOptions[] | undefined;
  readonly rateLimit: RateLimit | undefined;
  /** Whether any request may be counted. */
  readonly hasRateLimits: boolean;
  readonly maxBodyBytes: number;
  readonly maxUploadBytes: number;
  readonly bodyTimeout: number;
  readonly maxPendingEvents: number;
  readonly maxPendingBytes: number;
  readonly answerTimeout: number;
  readonly durability: 'report' | 'strict';
  readonly cors: boolean;

  constructor(options: EventLogOptions) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`Expected the options of EventLogModule to be { apiKeys, … }, got ${typeName(options)}.`);
    }
    for (const option of Object.keys(options)) {
      if (EXTRAS.has(option)) throw new TypeError(`\`${option}\` must stand beside \`useFactory\`, not in what it returns.`);
      if (!OPTIONS.has(option)) throw new TypeError(`Unknown option \`${option}\`: known are ${[...OPTIONS].join(', ')}.`);
    }
    const {
      apiKeys,
      rateLimit,
      maxBodyBytes = 2 * 1024 * 1024,
      maxUploadBytes = 64 * 1024 * 1024,
      bodyTimeout = 30_000,
      maxPendingEvents = 10_000,
      maxPendingBytes = 64 * 1024 * 1024,
      answerTimeout = 5_000,
      durability = 'report',
      cors = true,
    } = options;
    this.apiKeys = apiKeys;
    this.rateLimit = checkedRateLimit(rateLimit);
    this.hasRateLimits =
      rateLimit !== undefined || (Array.isArray(apiKeys) && apiKeys.some((key: ApiKeyOptions) => key?.rateLimit !== undefined));
    this.maxBodyBytes = checkedInteger('maxBodyBytes', maxBodyBytes);
    this.maxUploadBytes = checkedInteger('maxUploadBytes', maxUploadBytes);
    this.bodyTimeout = checkedInteger('bodyTimeout', bodyTimeout, MAX_TIMER_MS);
    this.maxPendingEvents = checkedInteger('maxPendingEvents', maxPendingEvents);
    this.maxPendingBytes = checkedInteger('maxPendingBytes', maxPendingBytes);
    this.answerTimeout = checkedInteger('answerTimeout', answerTimeout, MAX_TIMER_MS);
    if (durability !== 'report' && durability !== 'strict') {
      throw new TypeError(`Expected \`durability\` to be 'report' or 'strict', got ${typeName(durability)}.`);
    }
    this.durability = durability;
    if (typeof cors !== 'boolean') throw new TypeError(`Expected \`cors\` to be true or false, got ${typeName(cors)}.`);
    this.cors = cors;
  }
}

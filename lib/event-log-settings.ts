import type { EventLogOptions } from './event-log-options.interface.js';
import { describe } from './provider-source.js';

/** The limits in force: the host's options, checked at boot, with their defaults. */
export class EventLogSettings {
  readonly maxBodyBytes: number;
  readonly maxPendingEvents: number;
  readonly maxPendingBytes: number;

  constructor(options: EventLogOptions) {
    this.maxBodyBytes = positiveInteger('maxBodyBytes', options.maxBodyBytes ?? 2 * 1024 * 1024);
    this.maxPendingEvents = positiveInteger('maxPendingEvents', options.maxPendingEvents ?? 10_000);
    this.maxPendingBytes = positiveInteger('maxPendingBytes', options.maxPendingBytes ?? 64 * 1024 * 1024);
  }
}

function positiveInteger(option: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
  const given = typeof value === 'number' ? value : describe(value);
  throw new TypeError(`Expected \`${option}\` to be an integer from 1 and up, got ${given}.`);
}

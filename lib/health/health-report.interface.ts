import type { ConsumerLag } from '../feed/consumer-lags.js';

export type { ConsumerLag };

/**
 * How the event log is at a moment. It holds nothing of a database but the code of an error, and may be shown to whoever may see health
 * checks.
 */
export interface HealthReport {
  /** `down`: events that are sent now are likely to be refused, or wait for too long. */
  readonly status: 'up' | 'down';
  /** Why it is down, a sentence each. */
  readonly reasons: readonly string[];
  /** Whether the store would take an event; `unknown` where its `EventRepository` has no `ping()`. */
  readonly store: 'reachable' | 'unreachable' | 'unknown';
  /** What waits for the store on this instance. */
  readonly waiting: WaitingEvents;
  /** How far consumers are behind; none where the host has no `EventLogConsumersModule`, or the store could not be asked. */
  readonly consumers?: readonly ConsumerLag[];
}

/** Events that were taken and are not stored yet, beside the options that limit them. */
export interface WaitingEvents {
  readonly events: number;
  readonly maxEvents: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** For how many seconds the oldest of them has waited. 0: none waits. */
  readonly oldestSeconds: number;
}

import type { ConsumerState } from '../storage/consumers/consumer-state.interface.js';

/** A consumer, and how far it is behind. */
export interface ConsumerReport extends ConsumerState {
  /** How many records it has not yet been given, of all entity types, counted up to 10,000. */
  readonly lagEvents: number;
  /** For how many seconds what comes next has been stored. 0: it is not behind. */
  readonly lagSeconds: number;
  /** How many events are parked. */
  readonly parkedEvents: number;
}

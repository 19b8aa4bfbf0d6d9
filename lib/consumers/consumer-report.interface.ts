import type { ConsumerState } from '../storage/consumers/consumer-state.interface.js';

/** A consumer, and how far it is behind. */
export interface ConsumerReport extends ConsumerState {
  /** How many records it has not yet been given, of all entity types, counted up to 10,000. Null: its position is none of this feed. */
  readonly lagEvents: number | null;
  /** For how many seconds what comes next has been stored. 0: it is not behind. Null as above. */
  readonly lagSeconds: number | null;
  /** How many events are parked. */
  readonly parkedEvents: number;
}

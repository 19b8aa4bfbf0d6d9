import type { StoredEvent } from '../events/event.interface.js';
import type { ConsumerState } from '../storage/consumers/consumer-state.interface.js';

/** A consumer, and how far it is behind. */
export interface ConsumerReport extends ConsumerState {
  /** How many records it has not yet been given, of all entity types, counted up to 10,000. Null: its position is none of this feed. */
  readonly lagEvents: number | null;
  /** For how many seconds what comes next has been stored. 0: it is not behind. Null as above. */
  readonly lagSeconds: number | null;
  /** The event that comes next, of any entity type; where it fails, the first of those that do. Null: none, or none of this feed. */
  readonly next: Pick<StoredEvent, 'id' | 'projectId'> | null;
  /** How many events are parked. */
  readonly parkedEvents: number;
}

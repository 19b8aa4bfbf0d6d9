import type { Durability } from '../../storage/durability.interface.js';
import type { EventRow } from '../events/event-columns.js';

/** How one database engine stores events. */
export interface EventTable {
  /** Fails, in a sentence that says what to do, where the table isn't there or can't be used. */
  open(deadline: number): Promise<void>;
  /**
   * Stores the rows whose key is new, all or none, and resolves to those that were there before. No two of `rows`
   * have the same key. Fails at `deadline`, a moment of `performance.now()`.
   */
  insert(rows: readonly EventRow[], deadline: number): Promise<EventRow[]>;
  /** What a commit survives with the settings in force on a connection. */
  durability(deadline: number): Promise<Durability>;
  /** Whether an error of the driver means that the same may work later. */
  isUnavailable(error: unknown): boolean;
}

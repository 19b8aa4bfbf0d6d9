import type { Durability } from '../../storage/durability.interface.js';
import type { EarlierRow, EventRow } from '../events/event-columns.js';

/** What an event is found by. */
export type RowKey = Pick<EventRow, 'project_key' | 'id'>;

/** What kept a row out: the one that is there with its key, or that its key was erased. */
export type KnownRow = EarlierRow | (RowKey & { readonly erased: true });

/** How one database engine stores events. */
export interface EventTable {
  /** Fails, in a sentence that says what to do, where the table isn't there or can't be used. */
  open(deadline: number): Promise<void>;
  /**
   * Stores the rows whose key is new, all or none, and resolves to what kept the others out. No two of `rows` have the same key. Fails at `deadline`, a moment of `performance.now()`.
   */
  insert(rows: readonly EventRow[], deadline: number): Promise<KnownRow[]>;
  /** Which part of the database takes the rows of a project; without this method there is one. */
  partOf?(projectKey: string): string;
  /** For each row, whether the stored one with its key has the same content: compared in the database, without a digest. */
  areSame(rows: readonly EventRow[], deadline: number): Promise<boolean[]>;
  /** The stored row with a key. */
  find(key: RowKey, deadline: number): Promise<EventRow | undefined>;
  /** What a commit survives with the settings in force on a connection. */
  durability(deadline: number): Promise<Durability>;
  /** Whether an error of the driver means that the same may work later. */
  isUnavailable(error: unknown): boolean;
}

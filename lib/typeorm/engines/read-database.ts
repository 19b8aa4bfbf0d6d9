import type { ReadRow, ReadStatement } from '../../sql/read-statement.interface.js';
import type { ReadOptions } from '../../storage/reading/event-query.interface.js';

/** Runs one statement. `isLast`: none comes after it, so that its transaction can end with it, which saves a turn. */
export type Run = (statement: ReadStatement, isLast?: boolean) => Promise<ReadRow[]>;

/** Runs the statements of one question, in a transaction that can only read and sees the data of one moment. */
export interface ReadDatabase {
  /** Fails, in a sentence that says what to do, where the server can't be asked for events. */
  checkServer?(deadline: number): Promise<void>;
  /** Whether the rows of the events lie on several servers, those of a project on one. Absent: they don't. */
  isDistributed?(deadline: number): Promise<boolean>;
  /**
   * Rejects with `tookTooLong()` or with the reason of the signal as soon as one of the statements is stopped, and at the
   * latest a moment after. `work` may run twice, when the connection turns out to be of no use.
   */
  read<T>(options: ReadOptions, work: (run: Run) => Promise<T>): Promise<T>;
  /**
   * SQL of a condition that is always true, and fails once the read must stop, for engines that have no other way to stop a
   * statement. It has to come first in the WHERE of each scan of a table: what stands after a condition that is false is not evaluated.
   */
  guard?(table: string): string;
  /** Whether an error means that the same may work later. */
  isUnavailable(error: unknown): boolean;
  /** Ends what was started for reading; the next read starts it again. */
  close?(): Promise<void>;
}

import type { CopyReport, DayCount } from './copy-report.interface.js';

/**
 * Tells how far the copy in ClickHouse is. Each method rejects with `ServiceUnavailableException` where ClickHouse or the store
 * can't be asked.
 */
export abstract class ClickHouseCopyService {
  /** How far the copy is, and what its last try failed with. */
  abstract report(): Promise<CopyReport>;

  /**
   * How many events of each day, in UTC by `createdAt`, the log and the copy have. While events are written, or copied, the last
   * ones may differ. Each is counted within `timeoutMs` milliseconds, by default a minute, or refused with a `QueryRefusal`.
   */
  abstract compare(timeoutMs?: number): Promise<DayCount[]>;

  /**
   * Makes the tables, or brings them up to this version; the copy does it itself, and then what `materialize` and `rules` ask for.
   * Resolves to the names of what was done.
   */
  abstract migrate(): Promise<string[]>;
}

import type { RetentionReport } from './retention-report.interface.js';

/**
 * Removes events and conversations whose time is over, one instance at a time. The module runs it by itself; both methods throw
 * `ServiceUnavailableException` where the store can't be reached.
 */
export abstract class EventRetentionService {
  /**
   * Removes what is over now, says in the log how much, and resolves when it is gone. When `signal` aborts, it ends after the slice in
   * hand, which takes some milliseconds; a later run goes on from there. So it does after a crash.
   */
  abstract run(signal?: AbortSignal): Promise<RetentionReport>;

  /** Counts what `run()` would remove now, rule by rule, and removes nothing. */
  abstract preview(signal?: AbortSignal): Promise<RetentionReport>;
}

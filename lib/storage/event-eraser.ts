/** What tells an event from all others: its id, within its project (null: of none). */
export interface EventKey {
  readonly id: string;
  readonly projectId: string | null;
}

/**
 * Removes what the log should keep no longer: contract and injection token in one. Throws `ServiceUnavailableException` where the
 * store can't be reached. `nestjs-event-log/testing` checks an implementation.
 */
export abstract class EventEraser {
  /**
   * Removes events whose time is over, at most 1,000; keys of which there is no event do no harm. An id that was purged is unknown
   * again. Resolves to how many were there. Where it throws, some may be gone: call it again.
   */
  abstract purge(keys: readonly EventKey[]): Promise<number>;
}

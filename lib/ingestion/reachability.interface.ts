/** Whether a store would take events right now. */
export interface Reachability {
  /** `unknown` where its `EventRepository` has no `ping()`. */
  readonly store: 'reachable' | 'unreachable' | 'unknown';
  /** Of what keeps it from that, where it has one: a SQLSTATE, or a name of a driver or of Node. */
  readonly code?: string;
}

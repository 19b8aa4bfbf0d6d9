/** When the event log counts as down; may come from the factory of `forRootAsync`. */
export interface EventLogHealthOptions {
  /**
   * How long, in milliseconds, the store may take to answer a check.
   * @default 1000
   */
  storeTimeout?: number;
  /**
   * For how long, in milliseconds, an event may wait for the store.
   * @default 1000
   */
  waitTimeout?: number;
  /**
   * How many seconds a consumer that is not paused may be behind.
   * @default none: how far consumers are behind is told, and counts for nothing
   */
  maxConsumerLagSeconds?: number;
}

/** What Nest must know before it builds providers; stands beside the factory of `forRootAsync`. */
export interface EventLogHealthExtras {
  /**
   * Makes `EventLogHealth` and `EventLogHealthIndicator` available in every module of the host.
   * @default false
   */
  isGlobal?: boolean;
}

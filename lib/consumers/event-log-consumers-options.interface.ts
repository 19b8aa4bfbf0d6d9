/** What is read while consumers run; may come from the factory of `forRootAsync`. */
export interface EventLogConsumersOptions {
  /**
   * How long, in milliseconds, the shutdown of the host waits for what consumers have in hand. Then their signals abort, and it is
   * handled again after the start.
   * @default 5000
   */
  shutdownTimeout?: number;
}

/** What Nest must know before it builds providers; stands beside the factory of `forRootAsync`. */
export interface EventLogConsumersExtras {
  /**
   * Makes `ConsumerService` available in every module of the host.
   * @default false
   */
  isGlobal?: boolean;
}

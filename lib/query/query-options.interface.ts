/** What is read while queries are served; may come from the factory of `forRootAsync`. */
export interface EventLogQueryOptions {
  /**
   * The longest, in milliseconds, that one statement of a query runs; then it is stopped, and the answer is 422.
   * @default 10000
   */
  queryTimeout?: number;
  /**
   * Most queries that run at once, so that readers leave connections to writers. More wait for up to five seconds, 25 times as many
   * at most; then the answer is 503.
   * @default 4
   */
  maxQueries?: number;
}

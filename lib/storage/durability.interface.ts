/** What a store promises of an event once `insert()` has resolved. */
export interface Durability {
  /**
   * The worst that the event outlives: a power cut of the store's machine, a crash of the database server, one of the
   * process of the host, or nothing.
   */
  survives: 'power cut' | 'database crash' | 'process crash' | 'nothing' | 'unknown';
  /** What it follows from, and where that is less than a power cut, what to change: part of a sentence, for the log. */
  because: string;
}

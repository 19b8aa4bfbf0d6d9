/** Where the bytes of a body go, in their order; then, once, its end or why it has none. */
export interface BodySink {
  /** Told the length, 0 where it is not known, before the first byte; throws where there is no room for so much. */
  expect?(bytes: number): void;
  /** Throws where the body must be refused. */
  take(chunk: Buffer): void;
  finish(): void;
  fail(reason: Error): void;
}

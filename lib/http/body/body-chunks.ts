import type { BodyReading } from './body-reading.js';
import type { BodySink } from './body-sink.interface.js';

/** The chunks of a body, one at a time: nothing is read on before the next one is asked for. */
export class BodyChunks implements BodySink {
  private chunk?: Buffer;
  private isOver = false;
  private failure?: Error;
  private wake?: () => void;

  constructor(private readonly reading: BodyReading) {}

  /** `undefined` at the end. Rejects with why the body has none. */
  async next(): Promise<Buffer | undefined> {
    if (this.chunk === undefined && !this.isOver && this.failure === undefined) {
      this.reading.resume();
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    if (this.failure) throw this.failure;
    const { chunk } = this;
    this.chunk = undefined;
    return chunk;
  }

  take(chunk: Buffer): void {
    this.chunk = chunk;
    this.reading.pause();
    this.wake?.();
  }

  finish(): void {
    this.isOver = true;
    this.wake?.();
  }

  fail(reason: Error): void {
    this.failure = reason;
    this.wake?.();
  }
}

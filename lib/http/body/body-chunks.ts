import type { BodyReading } from './body-reading.js';
import type { BodySink } from './body-sink.interface.js';

/** What a turn of the event loop may look through; a platform may have read a body whole. */
const MAX_BYTES = 64 * 1024;

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
    this.chunk = chunk && chunk.length > MAX_BYTES ? chunk.subarray(MAX_BYTES) : undefined;
    return chunk?.subarray(0, MAX_BYTES);
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

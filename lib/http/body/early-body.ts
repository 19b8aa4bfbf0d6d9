import type { IncomingMessage } from 'node:http';
import { chunkBytes } from './chunk-bytes.js';
import { GrowingBuffer } from './growing-buffer.js';
import { FREE_BYTES, type UploadBudget } from './upload-budget.js';

/**
 * What arrives of a small body before it is known whether its sender may send it: when that sender closes, Node throws away
 * what nobody has read. It counts against a bound of its own until then, and is read no further beyond it.
 */
export class EarlyBody {
  /** Whether its end has arrived. */
  isWhole = false;
  private readonly gathered = new GrowingBuffer((needed, held) => this.grow(Math.max(needed, 2 * held)));
  private heldBytes = 0;
  private counted = 0;
  private isCounting = false;

  constructor(
    private readonly request: IncomingMessage,
    private readonly budget: UploadBudget,
  ) {
    request.on('data', this.take).on('end', this.finish);
  }

  /** What has arrived; the rest is left to the caller. */
  takeBytes(): Buffer {
    this.stop();
    this.uncount();
    return this.gathered.bytes;
  }

  /** For as long as it is not known who sends it. */
  count(): void {
    this.isCounting = true;
    this.countUpTo(this.heldBytes);
  }

  uncount(): void {
    this.isCounting = false;
    this.countUpTo(0);
  }

  /** For a request that is refused. */
  drop(): void {
    this.takeBytes();
    this.gathered.free();
  }

  private readonly take = (chunk: Buffer | string): void => {
    this.gathered.append(chunkBytes(chunk, this.request));
    if (this.gathered.length >= FREE_BYTES || !this.budget.hasEarlyRoom) this.request.pause();
  };

  private readonly finish = (): void => {
    this.isWhole = true;
  };

  private stop(): void {
    this.request.off('data', this.take).off('end', this.finish).pause();
  }

  private grow(bytes: number): number {
    this.heldBytes = bytes;
    if (this.isCounting) this.countUpTo(bytes);
    return bytes;
  }

  private countUpTo(bytes: number): void {
    this.budget.addEarly(bytes - this.counted);
    this.counted = bytes;
  }
}

import type { IncomingMessage } from 'node:http';
import { chunkBytes } from './chunk-bytes.js';
import { FREE_BYTES, type UploadBudget } from './upload-budget.js';

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * What arrives of a small body before it is known whether its sender may send it: when that sender closes, Node throws away
 * what nobody has read. It counts against a bound of its own until then, and is read no further beyond it.
 */
export class EarlyBody {
  /** Whether its end has arrived. */
  isWhole = false;
  private memory = NOTHING;
  private size = 0;
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
    return this.memory.subarray(0, this.size);
  }

  /** For as long as it is not known who sends it. */
  count(): void {
    this.isCounting = true;
    this.countUpTo(this.memory.length);
  }

  uncount(): void {
    this.isCounting = false;
    this.countUpTo(0);
  }

  /** For a request that is refused. */
  drop(): void {
    this.takeBytes();
    this.memory = NOTHING;
    this.size = 0;
  }

  private readonly take = (given: Buffer | string): void => {
    const chunk = chunkBytes(given, this.request);
    const end = this.size + chunk.length;
    if (end > this.memory.length) this.grow(end);
    chunk.copy(this.memory, this.size);
    this.size = end;
    if (end >= FREE_BYTES || !this.budget.hasEarlyRoom) this.request.pause();
  };

  private readonly finish = (): void => {
    this.isWhole = true;
  };

  private stop(): void {
    this.request.off('data', this.take).off('end', this.finish).pause();
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.size));
    this.memory.copy(larger);
    this.memory = larger;
    if (this.isCounting) this.countUpTo(larger.length);
  }

  private countUpTo(bytes: number): void {
    this.budget.addEarly(bytes - this.counted);
    this.counted = bytes;
  }
}

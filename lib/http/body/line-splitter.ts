import { PayloadTooLargeException } from '@nestjs/common';
import { GrowingBuffer } from './growing-buffer.js';

const LF = 0x0a;
const CR = 0x0d;
const NOTHING: Buffer = Buffer.alloc(0);
/** JSON's white space. */
const BLANK: ReadonlySet<number | undefined> = new Set([LF, CR, 0x20, 0x09]);

/** Cuts chunks into lines, without their LF or CRLF and the blanks before them. A line is good until the next is asked for. */
export class LineSplitter {
  /** What has come of a line that has not ended. */
  private readonly begun: GrowingBuffer;

  /** `reserve` is told how many bytes are held from one chunk to the next, and throws where there is no room. */
  constructor(
    private readonly maxLineBytes: number,
    reserve: (bytes: number) => void,
  ) {
    this.begun = new GrowingBuffer((needed, held) => {
      const length = Math.max(needed, Math.min(2 * held, maxLineBytes));
      reserve(length);
      return length;
    });
  }

  /** The lines that end in a chunk; without one, the line that no LF ended. */
  *split(chunk?: Buffer): Generator<Buffer> {
    if (chunk === undefined) {
      yield this.complete(NOTHING);
      return;
    }
    let start = this.startOf(chunk, 0);
    for (let end = chunk.indexOf(LF, start); end >= 0; end = chunk.indexOf(LF, start)) {
      yield this.complete(chunk.subarray(start, end));
      start = this.startOf(chunk, end + 1);
    }
    this.keep(chunk.subarray(start));
  }

  // Millions of empty lines fit into a body, so that none may cost more than a look at its bytes.
  private startOf(chunk: Buffer, from: number): number {
    let start = from;
    while (this.begun.length === 0 && BLANK.has(chunk[start])) start++;
    return start;
  }

  private complete(end: Buffer): Buffer {
    let line = end;
    if (this.begun.length > 0) {
      this.keep(end);
      line = this.begun.bytes;
      this.begun.clear();
    }
    if (line.at(-1) === CR) line = line.subarray(0, -1);
    this.checkLength(line.length);
    return line;
  }

  private keep(part: Buffer): void {
    if (part.length === 0) return;
    this.checkLength(this.begun.length + part.length - 1); // The last byte may be the CR of a CRLF.
    this.begun.append(part);
  }

  private checkLength(bytes: number): void {
    if (bytes > this.maxLineBytes)
      throw new PayloadTooLargeException(`A line must not be larger than ${this.maxLineBytes} bytes`);
  }
}

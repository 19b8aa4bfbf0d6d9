import { BadRequestException } from '@nestjs/common';
import type { Readable } from 'node:stream';
import type { BodySink } from './body-sink.interface.js';
import type { ContentCoding } from './content-coding.js';
import { FREE_BYTES } from './upload-budget.js';

/** What zlib says of bytes that are not of the coding; its other errors are not the sender's. */
const NOT_OF_THE_CODING = /^Z_(?:DATA_ERROR|NEED_DICT)$|ERROR_FORMAT/;
const CUT_SHORT = 'Z_BUF_ERROR';

/** Undoes the coding of a body, in Node's thread pool. Its source waits while there is more than it can take. */
export class Inflation {
  private readonly stream: ReturnType<ContentCoding['createInflater']>;
  private takenBytes = 0;
  private maxWindowBytes = 0;

  constructor(
    private readonly coding: ContentCoding,
    private readonly source: Readable,
    private readonly sink: BodySink,
  ) {
    this.stream = coding.createInflater();
    this.stream.on('drain', () => source.resume()).on('error', (error) => sink.fail(this.reasonFor(error)));
    this.stream.on('data', (chunk: Buffer) => sink.take(chunk)).on('end', () => this.finish());
  }

  take(chunk: Buffer): void {
    if (this.takenBytes === 0) this.maxWindowBytes = this.coding.maxWindowBytes?.(chunk[0]) ?? 0;
    this.takenBytes += chunk.length;
    if (!this.stream.write(chunk)) this.source.pause();
  }

  /** What it holds to copy from once it has given so many bytes, beyond what is free for all. */
  windowBytes(inflatedBytes: number): number {
    return Math.max(Math.min(inflatedBytes, this.maxWindowBytes) - FREE_BYTES, 0);
  }

  end(): void {
    this.stream.end();
  }

  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  /** Frees what it holds outside of the heap, at once or when the thread pool is done with it. */
  destroy(): void {
    this.stream.destroy();
  }

  private finish(): void {
    if (this.stream.bytesWritten === this.takenBytes) this.sink.finish();
    else this.sink.fail(new BadRequestException(`Something follows the end of the ${this.coding.name} stream`));
  }

  private reasonFor(error: Error & { code?: string }): Error {
    const { name } = this.coding;
    if (error.code === CUT_SHORT) return new BadRequestException(`The body ends before its ${name} stream does`);
    if (NOT_OF_THE_CODING.test(error.code ?? '')) return new BadRequestException(`The body is not a valid ${name} stream`);
    return error;
  }
}

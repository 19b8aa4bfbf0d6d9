import { BadRequestException, PayloadTooLargeException } from '@nestjs/common';
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type AlreadyRead, takeAlreadyRead } from './already-read.js';
import type { BodySink } from './body-sink.interface.js';
import { chunkBytes } from './chunk-bytes.js';
import type { ContentCoding } from './content-coding.js';
import { Inflation } from './inflation.js';
import type { Upload, UploadBudget } from './upload-budget.js';

const CONSUMED =
  'The body of the request was read before EventLogModule could: let no parser stand before NestFactory.create(), which adds its own, or have it keep the bytes as `request.rawBody`.';

export interface BodyReadingOptions {
  /** Most bytes, as sent and inflated. */
  readonly maxBytes: number;
  readonly coding?: ContentCoding;
  /** Whose share of the room for uploads it takes. */
  readonly holder?: string;
}

/** One body on its way from the request, through an inflation where it is compressed, into a sink: it ends, stops early or is refused. */
export class BodyReading {
  private sink!: BodySink;
  private inflation?: Inflation;
  private upload?: Upload;
  private sentBytes = 0;
  private inflatedBytes = 0;
  private heldBytes = 0;

  constructor(
    private readonly request: IncomingMessage,
    private readonly budget: UploadBudget,
    private readonly options: BodyReadingOptions,
  ) {}

  /** Throws where it is clear before the first byte that the body can't be read. */
  start(sink: BodySink): void {
    this.sink = sink;
    const declared = Number(this.request.headers['content-length'] ?? 0);
    this.checkSize(declared);
    const read = takeAlreadyRead(this.request);
    this.checkSize(read.bytes.length);
    const coding = this.codingOf(read);
    if (read.isWhole && coding === undefined) {
      sink.take(read.bytes);
      return sink.finish();
    }
    if (!read.isWhole) this.checkIsUnread();
    sink.expect?.(coding === undefined ? declared : 0);
    if (coding) this.inflation = new Inflation(coding, this.request, { take: this.pass, finish: this.finish, fail: this.refuse });
    this.upload = this.budget.begin(this.refuse, this.options.holder);
    this.listen(read);
  }

  /** Throws 503 where there is no room for so many bytes. */
  checkRoom(bytes: number): void {
    this.budget.checkRoom(bytes, this.options.holder);
  }

  /** Counts what the sink holds while the body arrives. Throws 503 where there is no room for it. */
  reserve(bytes: number): void {
    this.heldBytes = bytes;
    const windowBytes = this.inflation?.windowBytes(this.inflatedBytes) ?? 0;
    if (this.upload) this.budget.reserve(this.upload, bytes + windowBytes);
  }

  /** Holds back what comes until `resume()`; the sender isn't taken for one that has stalled. */
  pause(): void {
    if (this.upload) this.upload.progressAt = Infinity;
    (this.inflation ?? this.request).pause();
  }

  resume(): void {
    if (this.upload) this.upload.progressAt = performance.now();
    (this.inflation ?? this.request).resume();
  }

  /** Reads no further, and gives back all that it took. */
  close(): void {
    if (this.upload) this.budget.release(this.upload);
    this.upload = undefined;
    this.inflation?.destroy();
    this.request.off('data', this.arrive).off('end', this.end).off('close', this.stop).pause();
  }

  private listen({ bytes, isWhole }: AlreadyRead): void {
    // No 'error' listener is needed: a request that fails also emits 'close'.
    if (!isWhole) this.request.on('data', this.arrive).on('end', this.end).on('close', this.stop);
    if (this.request.isPaused()) this.request.resume();
    if (bytes.length > 0) this.arrive(bytes);
    if (isWhole) this.end();
  }

  private readonly arrive = (given: Buffer | string): void => {
    const chunk = chunkBytes(given, this.request);
    this.sentBytes += chunk.length;
    if (this.upload) this.upload.progressAt = Math.max(this.upload.progressAt, performance.now());
    this.give(this.inflation ?? this.sink, chunk, this.sentBytes);
  };

  private readonly pass = (chunk: Buffer): void => {
    this.inflatedBytes += chunk.length;
    this.give(this.sink, chunk, this.inflatedBytes);
  };

  private give(to: Pick<BodySink, 'take'>, chunk: Buffer, size: number): void {
    try {
      this.checkSize(size);
      if (this.inflation) this.reserve(this.heldBytes);
      to.take(chunk);
    } catch (error) {
      this.refuse(error as Error);
    }
  }

  private readonly end = (): void => {
    if (this.inflation) this.inflation.end();
    else this.finish();
  };

  private readonly finish = (): void => {
    this.close();
    this.sink.finish();
  };

  private readonly stop = (): void => {
    if (!this.request.readableEnded) this.refuse(stoppedEarly());
  };

  private readonly refuse = (reason: Error): void => {
    this.close();
    this.sink.fail(reason);
  };

  /** Express's parsers inflate what they keep as `rawBody`, a server of one's own mostly does not; nothing compressed is UTF-8. */
  private codingOf({ bytes, isOfPlatform }: AlreadyRead): ContentCoding | undefined {
    return isOfPlatform && isUtf8(bytes) ? undefined : this.options.coding;
  }

  private checkIsUnread(): void {
    if (this.request.readableEnded) throw new Error(CONSUMED);
    if (this.request.destroyed) throw stoppedEarly();
  }

  private checkSize(bytes: number): void {
    const { maxBytes, coding } = this.options;
    if (bytes <= maxBytes) return;
    const measure = coding === undefined ? '' : ', both as sent and inflated';
    throw new PayloadTooLargeException(`The body must not be larger than ${maxBytes} bytes${measure}`);
  }
}

function stoppedEarly(): BadRequestException {
  return new BadRequestException('The request ended before its body was complete');
}

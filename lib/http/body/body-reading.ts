import { BadRequestException, PayloadTooLargeException } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { EventLogSettings } from '../../options/event-log-settings.js';
import { claimedOf } from '../claimed-request.js';
import { chunkBytes } from './chunk-bytes.js';
import { FREE_BYTES, type Upload, type UploadBudget } from './upload-budget.js';

const NOTHING: Buffer = Buffer.alloc(0);

const CONSUMED =
  'The body of the request was read before EventLogModule could: let no parser stand before NestFactory.create(), which adds its own, or have it keep the bytes as `request.rawBody`.';

/** One body on its way into memory: it is declared, arrives in chunks, and ends, stops early or is refused. */
export class BodyReading {
  // One buffer that grows, not a list: a body in chunks of one byte would become millions of objects.
  private bytes = NOTHING;
  private size = 0;
  private readonly declared: number;
  private upload!: Upload;
  private resolve!: (bytes: Buffer) => void;
  private reject!: (reason: Error) => void;

  constructor(
    private readonly request: IncomingMessage,
    private readonly settings: EventLogSettings,
    private readonly budget: UploadBudget,
    private readonly holder?: string,
  ) {
    this.declared = Number(request.headers['content-length'] ?? 0);
  }

  /** Throws where it is clear before the first byte that the body can't be read. */
  start(): Promise<Buffer> {
    this.checkSize(this.declared);
    if (this.hasEarlyBytes()) return Promise.resolve(this.bytes);
    if (this.request.readableEnded) throw new Error(CONSUMED);
    if (this.request.destroyed) throw stoppedEarly();
    this.budget.checkRoom(this.declared, this.holder);
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.upload = this.budget.begin(this.refuse, this.holder);
      // No 'error' listener is needed: a request that fails also emits 'close'.
      this.request.on('data', this.take).on('end', this.finish).on('close', this.stop);
      if (this.request.isPaused()) this.request.resume();
    });
  }

  /** Takes what was read for us already: a whole body by the host's platform, or what came while the key was looked up. */
  private hasEarlyBytes(): boolean {
    const { rawBody } = this.request as { rawBody?: unknown };
    const early = claimedOf(this.request)?.early;
    if (Buffer.isBuffer(rawBody)) this.bytes = rawBody;
    else if (early !== undefined) this.bytes = early.takeBytes();
    this.size = this.bytes.length;
    this.checkSize(this.size);
    return Buffer.isBuffer(rawBody) || early?.isWhole === true;
  }

  private readonly take = (given: Buffer | string): void => {
    const chunk = chunkBytes(given, this.request);
    const end = this.size + chunk.length;
    try {
      this.checkSize(end);
      if (end > this.bytes.length) this.grow(end);
    } catch (error) {
      return this.refuse(error as Error);
    }
    chunk.copy(this.bytes, this.size);
    this.size = end;
    this.upload.progressAt = performance.now();
  };

  private readonly finish = (): void => {
    this.budget.release(this.upload);
    this.resolve(this.bytes.subarray(0, this.size));
  };

  private readonly stop = (): void => {
    if (!this.request.readableEnded) this.refuse(stoppedEarly());
  };

  private readonly refuse = (reason: Error): void => {
    this.budget.release(this.upload);
    this.request.off('data', this.take).off('end', this.finish).off('close', this.stop).pause();
    this.reject(reason);
  };

  private checkSize(bytes: number): void {
    const { maxBodyBytes } = this.settings;
    if (bytes > maxBodyBytes) throw new PayloadTooLargeException(`The body must not be larger than ${maxBodyBytes} bytes`);
  }

  private grow(needed: number): void {
    const doubled = Math.max(2 * this.size, FREE_BYTES);
    const length = Math.max(needed, Math.min(doubled, this.declared || this.settings.maxBodyBytes));
    this.budget.reserve(this.upload, length);
    const larger = Buffer.allocUnsafe(length);
    this.bytes.copy(larger);
    this.bytes = larger;
  }
}

function stoppedEarly(): BadRequestException {
  return new BadRequestException('The request ended before its body was complete');
}

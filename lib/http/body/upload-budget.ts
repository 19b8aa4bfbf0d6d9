import { Injectable, RequestTimeoutException } from '@nestjs/common';
import { EventLogSettings } from '../../options/event-log-settings.js';
import { UnavailableException } from '../unavailable.exception.js';

/** What Node may buffer of each body before anyone reads it: smaller ones are neither counted nor refused. */
export const FREE_BYTES = 64 * 1024;

/** A body that is arriving. */
export interface Upload {
  readonly deadline: number;
  reservedBytes: number;
  refuse(reason: Error): void;
}

/** The bodies that are arriving: each for `bodyTimeout` at most, together with `maxUploadBytes` in memory at most. */
@Injectable()
export class UploadBudget {
  private readonly arriving = new Set<Upload>();
  private reservedBytes = 0;
  private timer?: NodeJS.Timeout;

  constructor(private readonly settings: EventLogSettings) {}

  /** Calls `refuse` with 408 unless `release()` is called in time. */
  begin(refuse: Upload['refuse']): Upload {
    const { bodyTimeout } = this.settings;
    const upload = { deadline: performance.now() + bodyTimeout, reservedBytes: 0, refuse };
    this.arriving.add(upload);
    this.timer ??= this.cutLateIn(bodyTimeout);
    return upload;
  }

  /** Throws 503 where there is no room for so many bytes of a body; alone, it always has room. */
  checkRoom(bytes: number, upload?: Upload): void {
    const others = this.reservedBytes - (upload?.reservedBytes ?? 0);
    if (bytes <= FREE_BYTES || others === 0 || others + bytes <= this.settings.maxUploadBytes) return;
    const cause = new Error('Upload memory is full (`maxUploadBytes`)');
    throw new UnavailableException('Too much is being uploaded right now; send it again later', cause);
  }

  /** Counts the bytes that are in memory, not those that are declared: a client that sends nothing takes no room from others. */
  reserve(upload: Upload, bytes: number): void {
    if (bytes <= FREE_BYTES) return;
    this.checkRoom(bytes, upload);
    this.reservedBytes += bytes - upload.reservedBytes;
    upload.reservedBytes = bytes;
  }

  release(upload: Upload): void {
    if (this.arriving.delete(upload)) this.reservedBytes -= upload.reservedBytes;
  }

  // One timer serves all: they have the same time, so the first to come is the first to be late.
  private cutLateIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      const now = performance.now();
      this.timer = undefined;
      for (const upload of this.arriving) {
        if (upload.deadline > now) {
          this.timer = this.cutLateIn(upload.deadline - now);
          return;
        }
        upload.refuse(new RequestTimeoutException(`The body did not arrive within ${this.settings.bodyTimeout} ms`));
      }
    }, ms).unref();
  }
}

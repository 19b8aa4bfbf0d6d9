import { Injectable, RequestTimeoutException } from '@nestjs/common';
import { EventLogSettings } from '../../options/event-log-settings.js';
import { UnavailableException } from '../unavailable.exception.js';
import { Shares } from './shares.js';

/** What Node may buffer of each body before anyone reads it: smaller ones are neither counted nor refused. */
export const FREE_BYTES = 64 * 1024;

/** After so long without a byte, an upload may lose its room to another one. */
const MAX_STALL_MS = 1_000;
/** What of `maxUploadBytes` may be read for requests whose key is not known yet. */
const EARLY_SHARE = 0.25;

/** A body that is arriving. */
export interface Upload {
  readonly holder?: string;
  readonly deadline: number;
  progressAt: number;
  reservedBytes: number;
  refuse(reason: Error): void;
}

/** The bodies that are arriving: each for `bodyTimeout` at most, together with `maxUploadBytes` in memory at most. */
@Injectable()
export class UploadBudget {
  private readonly arriving = new Set<Upload>();
  private readonly shares: Shares;
  private reservedBytes = 0;
  private earlyBytes = 0;
  private timer?: NodeJS.Timeout;

  constructor(private readonly settings: EventLogSettings) {
    this.shares = new Shares(settings.maxUploadBytes);
  }

  /** Whether more may be read for requests whose key is not known yet. */
  get hasEarlyRoom(): boolean {
    return this.earlyBytes < this.settings.maxUploadBytes * EARLY_SHARE;
  }

  /** Counts what was read for such a request; a negative number takes it back. */
  addEarly(bytes: number): void {
    this.earlyBytes += bytes;
  }

  /** Calls `refuse` with 408 unless `release()` is called in time. */
  begin(refuse: Upload['refuse'], holder?: string): Upload {
    const { bodyTimeout } = this.settings;
    const now = performance.now();
    const upload = { holder, deadline: now + bodyTimeout, progressAt: now, reservedBytes: 0, refuse };
    this.arriving.add(upload);
    this.timer ??= this.cutLateIn(bodyTimeout);
    return upload;
  }

  /** For what has arrived and is still needed, until `release()`: it takes room like an upload, but is never cut off. */
  keep(holder?: string): Upload {
    return { holder, deadline: Infinity, progressAt: Infinity, reservedBytes: 0, refuse: () => undefined };
  }

  /** Throws 503 where there is no room for so many bytes of a body; alone, it always has room. */
  checkRoom(bytes: number, holder?: string): void {
    this.displaced(bytes, { holder, reservedBytes: 0 });
  }

  /**
   * Counts the bytes that are in memory, not those that are declared: a client that sends nothing takes no room from others.
   * Where room is needed, an upload that has stalled goes first.
   */
  reserve(upload: Upload, bytes: number): void {
    if (bytes <= FREE_BYTES) return;
    for (const { refuse } of this.displaced(bytes, upload)) {
      refuse(new RequestTimeoutException(`The body made no progress for ${MAX_STALL_MS} ms, and its room was needed`));
    }
    this.count(upload, bytes);
  }

  release(upload: Upload): void {
    this.arriving.delete(upload);
    this.count(upload, 0);
  }

  private count(upload: Upload, bytes: number): void {
    const more = bytes - upload.reservedBytes;
    this.reservedBytes += more;
    this.shares.add(upload.holder, more);
    upload.reservedBytes = bytes;
  }

  /** The stalled uploads that must go so that `bytes` fit; nearly always none. Throws 503 where that would not do. */
  private displaced(bytes: number, upload: Pick<Upload, 'holder' | 'reservedBytes'>): Upload[] {
    const { maxUploadBytes } = this.settings;
    const { holder, reservedBytes } = upload;
    if (bytes <= FREE_BYTES) return [];
    let others = this.reservedBytes - reservedBytes;
    let excess = this.shares.excess(holder, bytes - reservedBytes);
    const isTooMuch = () => others > 0 && (others + bytes > maxUploadBytes || excess > 0);
    const gone: Upload[] = [];
    for (const stalled of isTooMuch() ? this.stalled() : []) {
      if (stalled === upload || (others + bytes <= maxUploadBytes && stalled.holder !== holder)) continue;
      gone.push(stalled);
      others -= stalled.reservedBytes;
      if (stalled.holder === holder) excess -= stalled.reservedBytes;
      if (!isTooMuch()) break;
    }
    if (!isTooMuch()) return gone;
    const full = others + bytes > maxUploadBytes ? 'is full' : 'is half full of what one key sends';
    const cause = new Error(`Upload memory ${full} (\`maxUploadBytes\`)`);
    throw new UnavailableException('Too much is being uploaded right now; send it again later', cause);
  }

  private stalled(): Upload[] {
    const since = performance.now() - MAX_STALL_MS;
    const stalled = [...this.arriving].filter(({ reservedBytes, progressAt }) => reservedBytes > 0 && progressAt <= since);
    return stalled.sort((a, b) => a.progressAt - b.progressAt);
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

import type { ConsumerLease, ConsumerState } from '../storage/consumers/consumer-state.interface.js';

/** How long a lease is trusted without word from the store: shorter than the time after which others take it. */
export const TRUSTED_MS = 5_000;

/** The time during which this instance holds the lease of a consumer. */
export class Tenure {
  private readonly draining = new AbortController();
  private readonly ending = new AbortController();
  private retriesParked: boolean;
  private confirmedAt!: number;
  private expiry?: NodeJS.Timeout;

  constructor(
    /** As it was when the lease was given. */
    readonly state: ConsumerState,
    readonly lease: ConsumerLease,
    confirmedAt: number,
  ) {
    this.retriesParked = state.retriesParked;
    this.confirm(confirmedAt);
  }

  /** Aborts when no more is to be begun. */
  get drained(): AbortSignal {
    return this.draining.signal;
  }

  /** Aborts when what is in hand is to be given up. */
  get ended(): AbortSignal {
    return this.ending.signal;
  }

  /** Whether the lease was confirmed so lately that nobody else can have it: not after a pause of the process, or of the store. */
  get isTrusted(): boolean {
    return performance.now() - this.confirmedAt < TRUSTED_MS;
  }

  /** The store has confirmed the lease after this moment. */
  confirm(at: number): void {
    this.confirmedAt = at;
    clearTimeout(this.expiry);
    if (this.ended.aborted) return;
    this.expiry = setTimeout(() => this.end('The lease could not be kept'), at + TRUSTED_MS - performance.now());
  }

  drain(): void {
    this.draining.abort();
  }

  end(reason: string): void {
    clearTimeout(this.expiry);
    this.draining.abort();
    if (!this.ended.aborted) this.ending.abort(new Error(reason));
  }

  requestRetry(): void {
    this.retriesParked = true;
  }

  /** Whether parked events are to be handled again; asked once for each request. */
  takeRetryRequest(): boolean {
    const isRequested = this.retriesParked;
    this.retriesParked = false;
    return isRequested;
  }
}

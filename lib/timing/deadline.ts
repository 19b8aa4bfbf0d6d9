import { within } from './within.js';

/** What of the time for an answer is kept for sending it. */
const SENDING_SHARE = 0.1;

/** The moment by which something is done, handed down to all that takes part in it. It stands still while it is paused. */
export class Deadline {
  private end: number;
  private pausedAt?: number;

  /** `ms` milliseconds from now. */
  constructor(ms: number) {
    this.end = performance.now() + ms;
  }

  /** For the work behind an answer that is promised within `answerTimeout` milliseconds. */
  static forAnswer(answerTimeout: number): Deadline {
    return new Deadline(answerTimeout * (1 - SENDING_SHARE));
  }

  /** Milliseconds that are left; 0 or less when it has passed. */
  left(now = performance.now()): number {
    return this.end - (this.pausedAt ?? now);
  }

  /** A part of what is left, in milliseconds: with less than 1, time remains for another try. */
  share(part: number): number {
    return this.left() * part;
  }

  /** What `promise` settles to; rejects with the code `ETIMEDOUT` at the deadline, or after `maxMs` where that is earlier. */
  within<T>(promise: PromiseLike<T>, maxMs = Infinity): Promise<T> {
    return within(Math.min(this.left(), maxMs), promise);
  }

  /** Stops the clock: what happens from now on doesn't count. */
  pause(): void {
    this.pausedAt ??= performance.now();
  }

  /** Lets the clock go on after `pause()`. */
  resume(): void {
    if (this.pausedAt === undefined) return;
    this.end += performance.now() - this.pausedAt;
    this.pausedAt = undefined;
  }
}

import { tookTooLong } from '../../storage/reading/query-refusal.js';
import type { ReadOptions } from '../../storage/reading/event-query.interface.js';

/** How long a statement that is being stopped may keep its caller waiting. */
const GRACE_MS = 100;

/** The read must stop; why, its limit knows. */
export class StoppedRead extends Error {}

/** How long a read may go on. */
export class ReadLimit {
  /** A moment of `performance.now()`. */
  readonly deadline: number;
  private readonly controller = new AbortController();
  private hasBegun = false;

  constructor(private readonly options: ReadOptions) {
    this.deadline = performance.now() + options.timeoutMs;
  }

  /** Aborted at the deadline, and when the caller gives up. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Fails when the read must stop. */
  check(): void {
    if (this.signal.aborted || performance.now() >= this.deadline) throw new StoppedRead('The read was stopped');
  }

  /** To be called when the read has its connection: from now on it is the query that takes long, and not the wait. */
  begin(): void {
    this.check();
    this.hasBegun = true;
  }

  /** What `work` settles to; when the limit is reached, it rejects with the reason. */
  async hold<T>(work: Promise<T>): Promise<T> {
    const { signal, timeoutMs } = this.options;
    const giveUp = () => this.controller.abort(signal?.reason);
    const timer = setTimeout(() => this.controller.abort(this.lateness()), timeoutMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      const result = await Promise.race([work, this.graceIsOver()]);
      // What was stopped can have a result all the same, such as SLEEP() of MySQL.
      this.signal.throwIfAborted();
      return result;
    } catch (error) {
      if (this.signal.aborted) throw this.signal.reason;
      throw error instanceof StoppedRead ? this.lateness() : error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
  }

  private lateness(): Error {
    if (this.hasBegun) return tookTooLong(this.options.timeoutMs);
    return Object.assign(new Error('No connection was free in time'), { code: 'ETIMEDOUT' });
  }

  private graceIsOver(): Promise<never> {
    return new Promise((_resolve, reject) => {
      this.signal.addEventListener('abort', () => setTimeout(reject, GRACE_MS).unref(), { once: true });
    });
  }
}

/** Does `work` within the limits of a read. */
export async function withinLimit<T>(options: ReadOptions, work: (limit: ReadLimit) => Promise<T>): Promise<T> {
  options.signal?.throwIfAborted();
  const limit = new ReadLimit(options);
  return limit.hold(work(limit));
}

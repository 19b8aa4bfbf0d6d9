import type { ClickHouse } from '../clickhouse.js';
import { notAvailable } from '../clickhouse-error.js';
import { type CopiedBatch, CopyProgress } from '../copying/copy-progress.js';

/** How long an answer is good for. */
const KNOWN_MS = 1_000;
/** How long ClickHouse may take to tell; then it is as good as down. */
const TIMEOUT_MS = 5_000;

/** How far a copy is; both in milliseconds, `asOf` since 1970. */
export interface Freshness {
  readonly asOf: number;
  readonly lag: number;
}

/** How far the copy is, asked once a second for all who read. */
export class CopyFreshness {
  private readonly progress: CopyProgress;
  private known?: { readonly at: number; readonly freshness: Promise<Freshness> };
  /** The last batch that was seen, and since when, if another one was seen before it. */
  private seen?: { readonly number: number; readonly since?: number };

  constructor(clickHouse: ClickHouse) {
    this.progress = new CopyProgress(clickHouse);
  }

  /** Throws `ServiceUnavailableException` where ClickHouse does not answer. */
  look(): Promise<Freshness> {
    const now = performance.now();
    if (this.known !== undefined && now - this.known.at < KNOWN_MS) return this.known.freshness;
    const freshness = this.ask();
    this.known = { at: now, freshness };
    // The next one asks again.
    freshness.catch(() => (this.known = undefined));
    return freshness;
  }

  private async ask(): Promise<Freshness> {
    try {
      const last = await this.progress.seen(AbortSignal.timeout(TIMEOUT_MS));
      return last === undefined ? { asOf: 0, lag: Infinity } : { asOf: last.asOf, lag: this.lagOf(last) };
    } catch (error) {
      throw notAvailable(error);
    }
  }

  /** The clock of the instance that copies may be another one: what grows before our eyes is as old as it says itself. */
  private lagOf({ asOf, number, writtenAt }: CopiedBatch): number {
    const now = performance.now();
    if (this.seen?.number !== number) this.seen = { number, since: this.seen && now };
    const byClock = Math.max(0, Date.now() - asOf);
    return this.seen.since === undefined ? byClock : Math.min(byClock, writtenAt - asOf + now - this.seen.since);
  }
}

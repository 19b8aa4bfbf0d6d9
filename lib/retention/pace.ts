const MAX_EVENTS = 1_000;
/** Fewer would not be faster: it is then statements and commits that take the time, and what is over must go faster than it comes. */
const MIN_EVENTS = 100;
/** A fifth of the 50 ms that a slice may take: so much slower than the last ones it may be. */
const TARGET_MS = 10;
const REMEMBERED = 8;
/** How much longer than a slice the pause after it is: writers have the store for themselves for most of the time. */
const PAUSES = 4;
const MIN_PAUSE_MS = 5;
const MAX_PAUSE_MS = 1_000;

/** How much is done at once, and how long the pause is after it: as much as takes some milliseconds, whatever the store's speed. */
export class Pace {
  /** How many events the next slice has: 100 at least, which it begins with, and at most 1,000. */
  size = MIN_EVENTS;
  /** What an event took in the last slices, in milliseconds, the latest first. */
  private costs: readonly number[] = [];

  /** Takes note of how long a slice of this size took. Returns how long to wait, in milliseconds. */
  pauseAfter(ms: number): number {
    this.costs = [ms / this.size, ...this.costs].slice(0, REMEMBERED);
    // By the slowest: what was slow once, as others were at work, will be so again.
    const affordable = Math.floor(TARGET_MS / Math.max(...this.costs));
    this.size = Math.max(MIN_EVENTS, Math.min(MAX_EVENTS, 2 * this.size, affordable));
    return Math.max(MIN_PAUSE_MS, Math.min(MAX_PAUSE_MS, ms * PAUSES));
  }
}

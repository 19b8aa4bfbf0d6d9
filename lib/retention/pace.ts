const MAX_EVENTS = 1_000;
/** What the first slice has, and all where the store is slow. */
const FEW_EVENTS = 100;
/** What waits behind a slice is hardly later than without one; so much slower than the last ones it may be. */
const TARGET_MS = 2;
const REMEMBERED = 8;
/** How much longer than a slice the pause after it is: writers have the store for themselves for most of the time. */
const PAUSES = 5;
const MIN_PAUSE_MS = 5;
const MAX_PAUSE_MS = 1_000;
/** Pauses included: statements and commits take their time whatever their number, and what is over must go faster than it comes. */
const LEAST_EVENTS_PER_MS = 1;

/** How much is done at once, and how long the pause is after it: as much as takes some milliseconds, whatever the store's speed. */
export class Pace {
  /** How many events the next slice has, at most 1,000. */
  size = FEW_EVENTS;
  /** What an event took in the last slices, in milliseconds, the latest first. */
  private costs: readonly number[] = [];

  /** Takes note of how long a slice of this size took. Returns how long to wait, in milliseconds. */
  pauseAfter(ms: number): number {
    this.costs = [ms / this.size, ...this.costs].slice(0, REMEMBERED);
    // By the slowest: what was slow once, as others were at work, will be so again.
    const affordable = Math.floor(TARGET_MS / Math.max(...this.costs));
    const least = Math.min(FEW_EVENTS, Math.ceil(LEAST_EVENTS_PER_MS * ms * (1 + PAUSES)));
    this.size = Math.max(1, least, Math.min(MAX_EVENTS, 2 * this.size, affordable));
    return Math.max(MIN_PAUSE_MS, Math.min(MAX_PAUSE_MS, ms * PAUSES));
  }
}

const MAX_EVENTS = 1_000;
const MIN_EVENTS = 10;
const TARGET_MS = 10;
/** How much longer than a slice the pause after it is: writers have the store for themselves for most of the time. */
const PAUSES = 4;
const MIN_PAUSE_MS = 5;
const MAX_PAUSE_MS = 1_000;

/** How much is done at once, and how long the pause is after it: as much as takes some milliseconds, whatever the store's speed. */
export class Pace {
  /** How many events the next slice has, at most 1,000. */
  size = 100;

  /** Takes note of how long a slice of this size took. Returns how long to wait, in milliseconds. */
  pauseAfter(ms: number): number {
    const wanted = Math.round(this.size * Math.min(2, TARGET_MS / Math.max(ms, 1)));
    this.size = Math.max(MIN_EVENTS, Math.min(MAX_EVENTS, wanted));
    return Math.max(MIN_PAUSE_MS, Math.min(MAX_PAUSE_MS, ms * PAUSES));
  }
}

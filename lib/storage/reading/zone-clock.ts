import { offsetsOf, type OffsetAt } from './time-zone.js';

const DAY = 86_400_000;

/** The clocks of a time zone around a day: their offset before and after the change there may be, and when that is. */
interface ClockChange {
  readonly before: number;
  readonly after: number;
  readonly at: number;
}

/** The clocks of a time zone. A local time is written as milliseconds, as if the clocks were those of UTC. */
export class ZoneClock {
  private readonly offsetAt: OffsetAt;
  private readonly changes = new Map<number, ClockChange>();

  constructor(timezone: string) {
    this.offsetAt = offsetsOf(timezone);
  }

  localTime(instant: number): number {
    return instant + this.offsetAt(instant);
  }

  /** When the clocks show a local time: once, twice where they are put back over it, or the first instant after it where they skip it. */
  instantsOf(local: number): number[] {
    const { before, after, at } = this.changeAround(Math.floor(local / DAY));
    if (before === after) return [local - before];
    const instants = [];
    if (local - before < at) instants.push(local - before);
    if (local - after >= at) instants.push(local - after);
    return instants.length > 0 ? instants : [at];
  }

  // No time zone is a day away from UTC, and none has changed its clocks twice within three days.
  private changeAround(day: number): ClockChange {
    const known = this.changes.get(day);
    if (known !== undefined) return known;
    const [from, to] = [(day - 1) * DAY, (day + 2) * DAY];
    const [before, after] = [this.offsetAt(from), this.offsetAt(to)];
    const change = { before, after, at: before === after ? to : this.firstInstantOf(after, from, to) };
    this.changes.set(day, change);
    return change;
  }

  /** Between two instants, the first of which has another offset. */
  private firstInstantOf(offset: number, from: number, to: number): number {
    while (to - from > 1_000) {
      const middle = from + Math.floor((to - from) / 2_000) * 1_000;
      if (this.offsetAt(middle) === offset) to = middle;
      else from = middle;
    }
    return to;
  }
}

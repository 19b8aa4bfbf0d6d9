import { offsetsOf, type OffsetAt } from './time-zone.js';

const DAY = 86_400_000;

/** The clocks of a time zone. A local time is written as milliseconds, as if the clocks were those of UTC. */
export class ZoneClock {
  private readonly known = new Map<number, number>();
  private readonly lookUp: OffsetAt;

  constructor(timezone: string) {
    this.lookUp = offsetsOf(timezone);
  }

  localTime(instant: number): number {
    return instant + this.offsetAt(instant);
  }

  /** When the clocks show a local time: once, twice where they are put back over it, or the first instant after it where they skip it. */
  instantsOf(local: number): number[] {
    // No time zone is a day away from UTC, and none has changed its clocks twice within these three days.
    const day = Math.floor(local / DAY);
    const [from, to] = [(day - 1) * DAY, (day + 2) * DAY];
    const [before, after] = [this.offsetAt(from), this.offsetAt(to)];
    if (before === after) return [local - before];
    const change = this.firstInstantOf(after, from, to);
    const instants = [];
    if (local - before < change) instants.push(local - before);
    if (local - after >= change) instants.push(local - after);
    return instants.length > 0 ? instants : [change];
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

  /** The same few instants are asked for again and again. */
  private offsetAt(instant: number): number {
    const known = this.known.get(instant);
    if (known !== undefined) return known;
    const offset = this.lookUp(instant);
    this.known.set(instant, offset);
    return offset;
  }
}

const PERIOD_MS = 5;
/** What a turn may count; what it took beyond that, this process had to wait for the machine. */
const LONGEST_TURN_MS = 2 * PERIOD_MS;

let passed = 0;
let last = performance.now();

setInterval(ownTime, PERIOD_MS).unref();

/**
 * A clock, in milliseconds, for what must be over in time: it stands while this process gets no processor, so that a
 * bound may be as tight as what it is about, also on a machine that is busy with other things. It never runs fast, so
 * what is longer than a bound by it is longer by any clock. Where another process is waited for, its waiting counts.
 */
export function ownTime(): number {
  const now = performance.now();
  passed += Math.min(now - last, LONGEST_TURN_MS);
  last = now;
  return passed;
}

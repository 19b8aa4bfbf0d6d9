const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const clocks = new Map();

/** What a relative range is as milliseconds; a custom one has none. */
export const RANGES = { '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY, '90d': 90 * DAY };
export const VIEWER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function isZone(name) {
  try {
    return Boolean(Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

export function isTime(text) {
  return Number.isFinite(Date.parse(text));
}

/** The period of the filters, with whole hours or days at its start, and how far the period before it is away. */
export function periodOf({ range, from, to, timezone }, now) {
  const length = RANGES[range];
  if (length === undefined) {
    const end = isTime(to) ? Date.parse(to) : now;
    const start = isTime(from) ? Date.parse(from) : end - 7 * DAY;
    return { from: start, to: end, shift: Math.max(end - start, 1) };
  }
  const start = range === '24h' ? startOf('hour', now - 23 * HOUR, timezone) : startOf('day', now - length + DAY, timezone);
  return { from: start, to: now, shift: length };
}

/** What is wrong with the times of a custom range, if anything is. */
export function rangeFaultOf({ range }, { from, to }) {
  return range === 'custom' && from >= to ? '“From” must be before “To”.' : undefined;
}

/** The units that make a readable chart of a period, the one to begin with first. */
export function unitsOf({ from, to }) {
  const days = (to - from) / DAY;
  if (days <= 2) return ['hour', 'day'];
  if (days <= 31) return ['day', 'hour', 'week'];
  return days <= 120 ? ['day', 'week'] : ['week', 'day'];
}

/** The start of the bucket that an instant is in, by the clocks of a zone; weeks begin on Monday. */
export function startOf(unit, instant, zone) {
  const local = instant + offsetAt(instant, zone);
  if (unit === 'hour') return instant - modulo(local, HOUR);
  const day = local - modulo(local, DAY);
  const start = unit === 'day' ? day : day - modulo(new Date(day).getUTCDay() - 1, 7) * DAY;
  return instantOf(start, zone);
}

/** The starts of all buckets of a period. */
export function bucketsOf(unit, { from, to }, zone) {
  const starts = [];
  for (let start = startOf(unit, from, zone); start < to && starts.length < 10_000; start = nextStart(unit, start, zone)) {
    starts.push(start);
  }
  return starts;
}

// The longest day has 25 hours and the shortest 23.
function nextStart(unit, start, zone) {
  return unit === 'hour' ? start + HOUR : startOf(unit, start + (unit === 'day' ? DAY : 7 * DAY) + 2 * HOUR, zone);
}

/** An instant as `datetime-local` has it, and back. */
export function localText(instant, zone) {
  return new Date(instant + offsetAt(instant, zone)).toISOString().slice(0, 19);
}

export function ofLocalText(text, zone) {
  const local = Date.parse(`${text}Z`);
  return Number.isFinite(local) ? new Date(instantOf(local, zone)).toISOString() : '';
}

function instantOf(local, zone) {
  const guess = local - offsetAt(local, zone);
  const instant = local - offsetAt(guess, zone);
  // Where clocks are put forward at midnight there is none, and the day begins when they are.
  return instant + offsetAt(instant, zone) === local ? instant : Math.max(guess, instant);
}

function offsetAt(instant, zone) {
  if (!clocks.has(zone)) clocks.set(zone, clockOf(zone));
  const { year, month, day, hour, minute, second } = Object.fromEntries(
    clocks
      .get(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return Date.UTC(year, month - 1, day, hour, minute, second) - (instant - modulo(instant, 1000));
}

function clockOf(timeZone) {
  const [year, month, day, hour, minute, second] = Array(6).fill('numeric');
  return new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year, month, day, hour, minute, second });
}

function modulo(value, divisor) {
  return ((value % divisor) + divisor) % divisor;
}

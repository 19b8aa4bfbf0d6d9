/** How far the clocks of a time zone are ahead of UTC at an instant; both in milliseconds. */
export type OffsetAt = (instant: number) => number;

/** By names in lower case, so that no caller makes more of them than there are time zones. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** Whether a text names an IANA time zone. */
export function isTimeZone(name: string): boolean {
  // Newer versions of Node take offsets too, older ones don't.
  if (!/^[a-z]/i.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The clocks of a time zone. Throws a `RangeError` for a name that is none. */
export function offsetsOf(timezone: string): OffsetAt {
  const format = formatOf(timezone);
  return (instant) => {
    const [, sign, hours = 0, minutes = 0, seconds = 0] = OFFSET.exec(format.format(instant)) ?? [];
    const offset = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
    return sign === '-' ? -offset : offset;
  };
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const name = timezone.toLowerCase();
  let format = FORMATS.get(name);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, hour: 'numeric', timeZoneName: 'longOffset' });
    FORMATS.set(name, format);
  }
  return format;
}

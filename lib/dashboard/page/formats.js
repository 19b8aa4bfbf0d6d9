const BUCKETS = {
  hour: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  week: { day: 'numeric', month: 'short', year: 'numeric' },
};
const numbers = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const numberText = (value) => numbers.format(value);
export const shortNumber = (value) => short.format(value);

export function bucketText(unit, instant, timeZone) {
  const text = new Intl.DateTimeFormat('en-GB', { ...BUCKETS[unit], timeZone }).format(instant);
  return unit === 'week' ? `Week of ${text}` : text;
}

/** The times on the axis of the chart. */
export function axisText(unit, instant, timeZone) {
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone };
  const text = unit === 'hour' ? new Intl.DateTimeFormat('en-GB', time).format(instant) : '00:00';
  return text === '00:00' ? new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone }).format(instant) : text;
}

export function timeText(iso, timeZone) {
  const options = {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone,
  };
  return new Intl.DateTimeFormat('en-GB', options).format(new Date(iso));
}

/** What became of a figure since the period before. */
export function changeText(now, before) {
  if (before === 0) return 'none before';
  const percent = Math.round((100 * (now - before)) / before);
  const sign = percent > 0 ? '+' : percent < 0 ? '−' : '±';
  return `${sign}${numberText(Math.abs(percent))}% · ${numberText(before)} before`;
}

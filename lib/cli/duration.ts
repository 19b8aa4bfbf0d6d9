import { parseDuration as spanOf } from '../options/duration.js';

/** Milliseconds of a duration such as `90s`, `30m`, `24h`, `90d` or `P90D`; `undefined` for anything else, and for months and years. */
export function parseDuration(text: string): number | undefined {
  const span = spanOf(text);
  return span?.months === 0 ? span.milliseconds : undefined;
}

import { typeName } from './type-name.js';

/** What is longer, Node's timers take for 1 ms. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** The value of an option that is an integer in this range. Throws a `TypeError` that names it otherwise. */
export function checkedInteger(option: string, value: unknown, max = Number.MAX_SAFE_INTEGER, min = 1): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
  const given = typeof value === 'number' ? value : typeName(value);
  throw new TypeError(`Expected \`${option}\` to be an integer from ${min} to ${max}, got ${given}.`);
}

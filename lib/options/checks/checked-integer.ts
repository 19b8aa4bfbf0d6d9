import { typeName } from './type-name.js';

/** Node treats longer delays as 1 ms. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** The names of options tell their units. */
const UNITS: readonly [name: RegExp, unit: string][] = [
  [/Bytes$/, 'bytes'],
  [/(?:Timeout|Ttl|\bttl|^every)$/, 'milliseconds'],
  [/Events$/, 'events'],
  [/\blimit$/, 'requests'],
];

/** The value of an option that is an integer in this range. Throws a `TypeError` that names it, its unit and its bounds otherwise. */
export function checkedInteger(option: string, value: unknown, max = Number.MAX_SAFE_INTEGER, min = 1): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
  const given = typeof value === 'number' ? value : typeName(value);
  const unit = UNITS.find(([name]) => name.test(option))?.[1];
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`;
  throw new TypeError(`Expected \`${option}\` to be an integer${unit ? ` of ${unit}` : ''}, ${range}, got ${given}.`);
}

import { isDeepStrictEqual } from 'node:util';

/** Whatever the order of the keys and the prototypes of the objects. */
export function isSameJson(actual: unknown, expected: unknown): boolean {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value));
  return a === b || isDeepStrictEqual(JSON.parse(a), JSON.parse(b));
}

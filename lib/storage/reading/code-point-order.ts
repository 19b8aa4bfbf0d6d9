/**
 * Compares texts by code point, as databases do: below zero, zero or above. JavaScript compares UTF-16, where an emoji comes
 * before U+FFFD.
 */
export function compareCodePoints(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

import { isStorable } from '../../../events/storable-text.js';

/** A path of SQLite, with each key in quotes; what no document has is at no place. */
export function jsonPath(path: readonly string[]): string | null {
  if (!path.every(isStorable)) return null;
  return ['$', ...path.map((key) => `"${key.replace(/["\\]/g, '\\$&')}"`)].join('.');
}

import type { JsonObject } from '../events/event.interface.js';
import { jsonText } from '../events/json-text.js';

const FIRST = 50;
const GROWTH = 4;
const LONGEST = 1_000;
/** In characters of JSON, roughly. */
const MAX_SIZE = 8 * 1024 * 1024;

/** How many events to ask a store for at once: one may have two megabytes, and all of a piece are in memory. */
export class PieceSize {
  /** Of all that was noted. */
  total = 0;
  private rows = FIRST;

  next(left = Infinity): number {
    return Math.min(this.rows, left);
  }

  /** What the store has given. */
  note(items: readonly object[]): void {
    let size = 0;
    for (const item of items) for (const value of Object.values(item)) size += lengthOf(value);
    this.total += size;
    const fitting = Math.floor(MAX_SIZE / (size / items.length || 1));
    this.rows = Math.max(1, Math.min(fitting, this.rows * GROWTH, LONGEST));
  }
}

/** Of free-form JSON, the text is there already. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' && value !== null ? jsonText(value as JsonObject).length : 0;
}

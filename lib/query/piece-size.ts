import type { JsonObject } from '../events/event.interface.js';
import { jsonText } from '../events/json-text.js';

const FIRST = 50;
const GROWTH = 4;

/** What one piece may have. */
export interface PieceLimits {
  readonly rows: number;
  /** In characters of JSON, roughly. */
  readonly size: number;
}

const OF_ANSWERS: PieceLimits = { rows: 1_000, size: 8 * 1024 * 1024 };

/** How many events to ask a store for at once: one may have two megabytes, and all of a piece are in memory. */
export class PieceSize {
  /** Of all that was noted. */
  total = 0;
  private rows = FIRST;

  constructor(private readonly most = OF_ANSWERS) {}

  next(left = Infinity): number {
    return Math.min(this.rows, left);
  }

  /** What the store has given. */
  note(items: readonly (object | string)[]): void {
    const size = items.reduce((sum, item) => sum + sizeOf(item), 0);
    this.total += size;
    const fitting = Math.floor(this.most.size / (size / items.length || 1));
    this.rows = Math.max(1, Math.min(fitting, this.rows * GROWTH, this.most.rows));
  }
}

function sizeOf(item: object | string): number {
  if (typeof item === 'string') return item.length;
  return Object.values(item).reduce<number>((sum, value) => sum + lengthOf(value), 0);
}

/** Of free-form JSON, the text is there already. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' && value !== null ? jsonText(value as JsonObject).length : 0;
}

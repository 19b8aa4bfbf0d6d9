import type { JsonValue } from '../events/event.interface.js';

const FIRST = 50;
const GROWTH = 4;
/** Quotes, a colon and a comma, or a short number. */
const PUNCTUATION = 6;

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
  return Object.values(item).reduce<number>((sum, value) => sum + lengthOf(value as JsonValue | undefined), 0);
}

/** About the length of the JSON text, which takes longer to make than all else that is done to a row. */
function lengthOf(value: JsonValue | undefined): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let length = 0;
  for (const [key, member] of Object.entries(value)) length += key.length + lengthOf(member) + PUNCTUATION;
  return length;
}

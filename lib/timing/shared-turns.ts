import { Injectable } from '@nestjs/common';

const SLICE_MS = 2;

/**
 * Long works that go on side by side, in slices of time, of which each has a turn of the event loop for itself. The one that
 * began first comes first: were they to take turns, all would be done late and at once, and what comes after each could not
 * overlap.
 */
@Injectable()
export class SharedTurns {
  private readonly waiting: Turn[] = [];
  private began = 0;

  /** A work that begins now. */
  begin(): Turn {
    return new Turn(this.began++, (turn) => this.enqueue(turn));
  }

  private enqueue(turn: Turn): void {
    if (this.waiting.push(turn) === 1) setImmediate(this.wake);
  }

  private readonly wake = (): void => {
    const first = this.waiting.reduce((a, b) => (a.number < b.number ? a : b));
    this.waiting.splice(this.waiting.indexOf(first), 1);
    if (this.waiting.length > 0) setImmediate(this.wake);
    first.resume();
  };
}

/** The place of one work among others. */
export class Turn {
  resume!: () => void;
  private end = 0;

  constructor(
    readonly number: number,
    private readonly enqueue: (turn: Turn) => void,
  ) {}

  /** Whether it is time for `next()`. */
  get isLong(): boolean {
    return performance.now() >= this.end;
  }

  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.resume = resolve;
      this.enqueue(this);
    });
    this.end = performance.now() + SLICE_MS;
  }
}

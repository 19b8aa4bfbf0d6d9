import { setImmediate as nextTurn } from 'node:timers/promises';

const MAX_MS = 5;

/** Cuts long work into turns of the event loop, so that other work has its turns between them. */
export class Turns {
  private beganAt = performance.now();

  /** Whether it is time for `next()`. */
  get isLong(): boolean {
    return performance.now() - this.beganAt > MAX_MS;
  }

  async next(): Promise<void> {
    await nextTurn();
    this.beganAt = performance.now();
  }
}

import { setImmediate as nextTurn } from 'node:timers/promises';

const MAX_MS = 5;

/** Long work in turns of the event loop, so that others have theirs between them. */
export class Turns {
  private beganAt = performance.now();

  /** Goes on in a turn of its own where this one has been long. */
  async yieldIfLong(): Promise<void> {
    if (performance.now() - this.beganAt < MAX_MS) return;
    await nextTurn();
    this.beganAt = performance.now();
  }
}

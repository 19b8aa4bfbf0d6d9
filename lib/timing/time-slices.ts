import { setImmediate as nextTurn } from 'node:timers/promises';

const SLICE_MS = 5;

/** Splits long work, so that requests that come meanwhile wait for a slice of it and not for the whole. */
export class TimeSlices {
  private end = performance.now() + SLICE_MS;

  /** Whether the work has held the event loop for long enough: then await `rest()`. */
  get isOver(): boolean {
    return performance.now() >= this.end;
  }

  async rest(): Promise<void> {
    await nextTurn();
    this.end = performance.now() + SLICE_MS;
  }
}

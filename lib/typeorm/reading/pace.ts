import { setTimeout as delay } from 'node:timers/promises';

/** How long work goes on without a rest, in milliseconds. */
const WORK_MS = 5;
/** How long a rest is, in times of the work before it. */
const REST = 4;

/** Has long work leave room for that of others: after a little of it, there is a rest. */
export class Pace {
  private workedMs = 0;

  constructor(private readonly signal: AbortSignal) {}

  async work<T>(piece: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await piece();
    this.workedMs += performance.now() - start;
    if (this.workedMs >= WORK_MS) await this.rest();
    return result;
  }

  private async rest(): Promise<void> {
    await delay(REST * this.workedMs, undefined, { signal: this.signal, ref: false }).catch(() => undefined);
    this.workedMs = 0;
  }
}

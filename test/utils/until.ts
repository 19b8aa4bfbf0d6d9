import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition, at most 15 s; `what` completes the message of the error beyond them. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await delay(5);
  }
}

import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition, at most a minute where nothing else is said; `what` completes the message of the error beyond them. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, patienceMs = 60_000): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await delay(5);
  }
}

import { setTimeout as delay } from 'node:timers/promises';

const CHECK_MS = 10;

/** Waits until a condition holds, at most `ms` milliseconds. */
export async function until(holds: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!holds() && performance.now() < end) await delay(CHECK_MS);
}

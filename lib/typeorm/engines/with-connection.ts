import { within } from '../../timing/within.js';

/** How long the database may take, in milliseconds, where the caller doesn't say. */
export const DEFAULT_TIMEOUT_MS = 5_000;

/** Milliseconds until a moment of `performance.now()`; at least 1, as drivers take 0 for no limit. */
export function millisecondsUntil(deadline: number): number {
  return Math.max(1, Math.floor(deadline - performance.now()));
}

/** Uses a connection of a pool. The wait for it ends at `deadline`; one that comes later goes back to the pool. */
export async function withConnection<C, T>(
  connecting: Promise<C>,
  release: (connection: C) => unknown,
  deadline: number,
  use: (connection: C) => Promise<T>,
): Promise<T> {
  let connection: C;
  try {
    connection = await within(millisecondsUntil(deadline), connecting);
  } catch (error) {
    void connecting.then(release, () => undefined);
    throw error;
  }
  try {
    return await use(connection);
  } finally {
    await release(connection);
  }
}

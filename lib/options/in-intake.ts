/** Names the intake in what is thrown of its options, as there may be several. Without a path, it is the one of `EventLogModule`. */
export function inIntake<T>(path: string | undefined, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (path === undefined || !(cause instanceof Error)) throw cause;
    throw new TypeError(`In the intake '${path}': ${cause.message}`, { cause });
  }
}

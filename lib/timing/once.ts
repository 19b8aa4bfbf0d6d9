/** Does `work` once, and again only where it has failed. */
export function once<A extends unknown[], T>(work: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  let done: Promise<T> | undefined;
  return (...args) =>
    (done ??= work(...args).catch((error: unknown) => {
      done = undefined;
      throw error;
    }));
}

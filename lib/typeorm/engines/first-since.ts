/** How far the times at which several processes received events may be from the order of their commits. */
export const MAX_SKEW_MS = 60_000;

/** The lowest key from `low` on for which `isEarly` is false: it must be true before some key, and false from there on. */
export async function firstNotEarly(low: bigint, high: bigint, isEarly: (key: bigint) => Promise<boolean>): Promise<bigint> {
  while (low < high) {
    const middle = (low + high) / 2n;
    if (await isEarly(middle)) low = middle + 1n;
    else high = middle;
  }
  return low;
}

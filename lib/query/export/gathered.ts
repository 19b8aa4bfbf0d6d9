const MAX_ITEMS = 500;
/** Of text: a row may have megabytes. */
const MAX_LENGTH = 64 * 1024;

/** The items of pages in lots that are worth a write each, and small however large items are. */
export async function* gathered<T>(
  pages: AsyncIterable<readonly T[]>,
  lengthOf: (item: T) => number,
): AsyncGenerator<T[], void, undefined> {
  let lot: T[] = [];
  let length = 0;
  for await (const page of pages) {
    for (const item of page) {
      lot.push(item);
      length += lengthOf(item);
      if (lot.length < MAX_ITEMS && length < MAX_LENGTH) continue;
      yield lot;
      lot = [];
      length = 0;
    }
  }
  if (lot.length > 0) yield lot;
}

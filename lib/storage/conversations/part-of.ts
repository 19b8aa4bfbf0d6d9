/** How many are read at once: each may be as large as two bodies. */
const AT_ONCE = 10;

/**
 * What is read of those that are found, in order, up to about so many bytes of JSON; the first is there whatever its size. Read piece
 * by piece, so that no more than that and one piece is in memory.
 */
export async function partOf<Found, T>(
  found: readonly Found[],
  maxBytes: number | undefined,
  read: (some: readonly Found[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const part: T[] = [];
  let bytes = 0;
  for (let at = 0; at < found.length; at += AT_ONCE) {
    for (const one of await read(found.slice(at, at + AT_ONCE))) {
      if (maxBytes !== undefined) bytes += Buffer.byteLength(JSON.stringify(one));
      if (part.length > 0 && bytes > (maxBytes ?? Infinity)) return part;
      part.push(one);
    }
  }
  return part;
}

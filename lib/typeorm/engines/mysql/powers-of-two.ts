/** In groups whose sizes are powers of two, largest first, so that there are few statements to prepare. */
export function inPowersOfTwo<T>(rows: readonly T[], largest = Infinity): (readonly T[])[] {
  const groups: (readonly T[])[] = [];
  for (let start = 0; start < rows.length; start += groups.at(-1)!.length) {
    const size = Math.min(2 ** Math.floor(Math.log2(rows.length - start)), largest);
    groups.push(rows.slice(start, start + size));
  }
  return groups;
}

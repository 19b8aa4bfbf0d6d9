const MAX_LENGTH = 512;

/** A JSON Pointer fragment (RFC 6901 §6) to the last of `keys`, or to an ancestor of it where it would be too long. */
export function jsonPointer(keys: readonly (string | number)[]): string {
  let pointer = '#';
  for (const key of keys) {
    const token = String(key).slice(0, MAX_LENGTH).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1');
    const longer = `${pointer}/${encodeURIComponent(token)}`;
    if (longer.length > MAX_LENGTH) break;
    pointer = longer;
  }
  return pointer;
}

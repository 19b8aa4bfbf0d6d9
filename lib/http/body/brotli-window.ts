/** The size of the window that a Brotli stream names in its first byte (RFC 7932 §9.1), or more: those below 128 KiB are not told apart. */
export function brotliWindowBytes(firstByte: number): number {
  const bits = firstByte & 1 ? 17 + ((firstByte & 15) >> 1) : 16;
  return 2 ** bits;
}

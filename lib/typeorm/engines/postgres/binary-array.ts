const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const MAX_BYTES_A_UNIT = 3;
const NULL_LENGTH = -1;

/** Types of elements by their object id: binary, each is the bytes of its text. */
export const ELEMENT_TYPES = { text: 25, json: 114 } as const;

/**
 * A one-dimensional array in PostgreSQL's binary format. As a literal, each quote in it would be escaped here and found
 * again there; for megabytes of JSON that takes longer than the insert.
 */
export function binaryArray(type: keyof typeof ELEMENT_TYPES, values: readonly (string | null)[]): Buffer {
  // What UTF-8 can take at most: to count what it does take would be one more walk through megabytes.
  const size = values.reduce((sum, value) => sum + LENGTH_BYTES + MAX_BYTES_A_UNIT * (value?.length ?? 0), HEADER_BYTES);
  const array = Buffer.allocUnsafe(size);
  // Dimensions, whether there may be nulls, type, number of elements, index of the first.
  let end = 0;
  for (const field of [1, 1, ELEMENT_TYPES[type], values.length, 1]) end = array.writeInt32BE(field, end);
  for (const value of values) {
    const length = value === null ? NULL_LENGTH : array.write(value, end + LENGTH_BYTES);
    end = array.writeInt32BE(length, end) + Math.max(length, 0);
  }
  return array.subarray(0, end);
}

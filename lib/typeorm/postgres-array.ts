const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;

/** Types of elements by their object id: binary, each is the bytes of its text. */
export const ELEMENT_TYPES = { text: 25, json: 114 } as const;

/**
 * A one-dimensional array in PostgreSQL's binary format. As a literal, each quote in it would be escaped here and found
 * again there; for megabytes of JSON that takes longer than the insert.
 */
export function binaryArray(type: keyof typeof ELEMENT_TYPES, values: readonly (string | null)[]): Buffer {
  const lengths = values.map((value) => (value === null ? NULL_LENGTH : Buffer.byteLength(value)));
  const size = lengths.reduce((sum, length) => sum + LENGTH_BYTES + Math.max(length, 0), HEADER_BYTES);
  const array = Buffer.allocUnsafe(size);
  // Dimensions, whether there may be nulls, type, number of elements, index of the first.
  let offset = 0;
  for (const field of [1, 1, ELEMENT_TYPES[type], values.length, 1]) offset = array.writeInt32BE(field, offset);
  values.forEach((value, index) => {
    offset = array.writeInt32BE(lengths[index], offset);
    if (value !== null) offset += array.write(value, offset);
  });
  return array;
}

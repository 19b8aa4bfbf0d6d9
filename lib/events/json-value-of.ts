/** What `JSON.stringify` takes the value of `key` for: that of its `toJSON()`, where it has one, and without a box. */
export function jsonValueOf(value: unknown, key: string): unknown {
  if (typeof value !== 'bigint' && (typeof value !== 'object' || value === null)) return value;
  // A bigint has one where the host patched the prototype.
  const { toJSON } = value as { toJSON?: unknown };
  return unboxed(typeof toJSON === 'function' ? toJSON.call(value, key) : value);
}

function unboxed(value: unknown): unknown {
  if (value instanceof Number) return Number(value);
  if (value instanceof String) return String(value);
  return value instanceof Boolean || value instanceof BigInt ? value.valueOf() : value;
}

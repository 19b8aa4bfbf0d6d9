/** Changes the object that has the last key of a path; it is a copy. */
export type Change = (holder: Record<string, unknown>, key: string) => void;

/** A value, changed at a path that goes through objects and the items of arrays; what is not on the path stays the same. */
export function changedAt(value: unknown, path: readonly string[], change: Change): unknown {
  if (Array.isArray(value)) return value.map((item) => changedAt(item, path, change));
  const [key, ...rest] = path;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return value;
  const copy: Record<string, unknown> = { ...value };
  if (rest.length === 0) change(copy, key);
  else copy[key] = changedAt(copy[key], rest, change);
  return copy;
}

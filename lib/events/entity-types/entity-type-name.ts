const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** Whether an entity type can be called so. */
export function isEntityTypeName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}

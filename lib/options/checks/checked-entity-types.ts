import { typeName } from './type-name.js';

/** Entity types as given. Throws a `TypeError` where they are no list; what is in it, the registry checks. */
export function checkedEntityTypes<T>(entityTypes: readonly T[], option = '`entityTypes`'): readonly T[] {
  if (Array.isArray(entityTypes)) return entityTypes;
  const fix = typeof entityTypes === 'function' ? ' Put the class in a list.' : '';
  throw new TypeError(`Expected ${option} to be a list of classes with @EventType(), got ${typeName(entityTypes)}.${fix}`);
}

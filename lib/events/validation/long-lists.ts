import { jsonPointer } from '../json-pointer.js';
import type { DtoShape } from './dto-shape.js';
import type { FieldErrors } from './field-errors.js';

/** The keys that lead to a value. */
export type Path = readonly (string | number)[];

/** To find what stands twice in a list, class-validator compares each item with all others: of 190,000, for 15 seconds. */
const MAX_UNIQUE_ITEMS = 10_000;

/** Adds an error for each list with `@ArrayUnique()` that is too long for it; returns whether there is none. */
export function refuseLongLists({ uniqueLists }: DtoShape, input: object, errors: FieldErrors, path: Path = []): boolean {
  const isLong = (value: unknown) => Array.isArray(value) && value.length > MAX_UNIQUE_ITEMS;
  const long = uniqueLists.filter(({ key }) => isLong((input as Record<string, unknown>)[key]));
  for (const { key } of long) {
    errors.add(jsonPointer([...path, key]), `${[...path, key].join('.')} must not hold more than ${MAX_UNIQUE_ITEMS} items`);
  }
  return long.length === 0;
}

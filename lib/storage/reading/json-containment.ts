import type { JsonValue } from '../../events/event.interface.js';
import { isObject } from './operand-value.js';

/** Whether a value contains another one by its structure, see `jsonContains` of `Comparison`. */
export function containsJson(value: JsonValue, part: JsonValue): boolean {
  if (isObject(part)) {
    return isObject(value) && Object.keys(part).every((key) => Object.hasOwn(value, key) && containsJson(value[key], part[key]));
  }
  if (Array.isArray(part)) {
    return Array.isArray(value) && part.every((item) => value.some((other) => containsJson(other, item)));
  }
  return value === part;
}

import type { JsonObject, JsonValue, StoredEvent } from '../../events/event.interface.js';
import { userKeyOf } from '../../events/user-key.js';
import type { Operand, TextField } from './event-query.interface.js';

/** What an event has of an operand; null where that is missing. */
export function operandValue(operand: Operand, event: StoredEvent): JsonValue {
  if ('path' in operand) return atPath(event[operand.field] ?? null, operand.path);
  if (operand.field === 'organizationId') return null;
  if (operand.field === 'userKey') return userKeyOf(event) || null;
  const fields: Partial<Record<TextField | 'createdAt', string | null>> = event;
  return fields[operand.field] ?? null;
}

export function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function atPath(document: JsonValue, path: readonly string[]): JsonValue {
  let value = document;
  for (const key of path) {
    // Else `constructor` would be a key of every object.
    if (!isObject(value) || !Object.hasOwn(value, key)) return null;
    value = value[key];
  }
  return value;
}

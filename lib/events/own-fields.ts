import type { EntityType } from './entity-types/entity-type.js';
import type { JsonObject } from './event.interface.js';
import type { FreeFormJson } from './free-form-json.js';
import { jsonText } from './json-text.js';
import { plainFields } from './validation/plain-fields.js';

/** The fields that a class adds to those of every event: as they are stored, and as they were sent. */
export interface OwnFields {
  readonly stored: JsonObject;
  /** As JSON text. Defaults and transformations of the class may differ each time, so that no retry would be the same event. */
  readonly sent: string;
}

/** Undefined where the class adds none. `instance` is what its decorators made of `input`. */
export function ownFieldsOf(
  entityType: EntityType,
  instance: object,
  input: Record<string, unknown>,
  freeForm: FreeFormJson,
): OwnFields | undefined {
  const { ownFields, check, groups } = entityType;
  if (ownFields.length === 0) return undefined;
  const stored: JsonObject = {};
  for (const [field, given] of Object.entries(plainFields(instance, ownFields, groups))) {
    const value = check.shape.isPlain ? freeForm.readValue(given, field) : freeForm.copyValue(given, field);
    if (value !== undefined) stored[field] = value;
  }
  return {
    stored,
    get sent() {
      return sentText(entityType, input, stored);
    },
  };
}

// A field that is left out counts as null.
function sentText({ ownFields, check }: EntityType, input: Record<string, unknown>, stored: JsonObject): string {
  const { isPlain } = check.shape;
  const keys = ownFields.map(({ key }) => key).filter((key) => Object.hasOwn(input, key) && input[key] !== null);
  if (isPlain && keys.length === Object.keys(stored).length) return jsonText(stored);
  return JSON.stringify(Object.fromEntries(keys.map((key) => [key, isPlain ? stored[key] : input[key]])), withoutBigints);
}

function withoutBigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

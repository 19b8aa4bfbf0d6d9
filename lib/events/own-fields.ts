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
  const { isPlain } = check.shape;
  if (ownFields.length === 0) return undefined;
  const given = isPlain ? (instance as Record<string, unknown>) : plainFields(instance, ownFields, groups);
  const stored: JsonObject = {};
  for (const { key } of ownFields) {
    if (given[key] === undefined) continue;
    // What the class made itself may be no JSON yet, and be used elsewhere.
    const isSent = given[key] === input[key];
    const value = isSent ? freeForm.readValue(given[key], key) : freeForm.copyValue(given[key], key);
    if (value !== undefined) stored[key] = value;
  }
  return {
    stored,
    get sent() {
      return sentText(entityType, input, stored);
    },
  };
}

/**
 * Those of an earlier pass, where `input` has them as they were: their class has made of them what it does, and could make
 * something else of that. Undefined where they must go through the class.
 */
export function keptFieldsOf(
  { ownFields, check }: EntityType,
  input: Record<string, unknown>,
  earlier: JsonObject,
  freeForm: FreeFormJson,
): OwnFields | undefined {
  const isKept = (key: string) => JSON.stringify(input[key]) === JSON.stringify(earlier[key]);
  if (check.shape.isPlain || !ownFields.every(({ key }) => isKept(key))) return undefined;
  const stored = Object.keys(earlier).map((key) => [key, freeForm.copyValue(earlier[key], key)]);
  return { stored: Object.fromEntries(stored), sent: '' };
}

// A field that is left out counts as null.
function sentText({ ownFields, check }: EntityType, input: Record<string, unknown>, stored: JsonObject): string {
  const { isPlain } = check.shape;
  const isSent = (key: string) => Object.hasOwn(input, key) && input[key] !== null;
  if (isPlain && Object.keys(stored).every(isSent)) return jsonText(stored);
  const sent = ownFields.filter(({ key }) => isSent(key)).map(({ key }) => [key, isPlain ? stored[key] : input[key]]);
  return JSON.stringify(Object.fromEntries(sent), withoutBigints);
}

function withoutBigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

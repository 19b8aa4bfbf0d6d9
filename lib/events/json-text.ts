import type { JsonObject } from './event.interface.js';

const jsonTexts = new WeakMap<JsonObject, string>();

/**
 * Free-form JSON as text: made once for the store and the answer, as up to 2 MiB take their time. Events are immutable
 * once parsed, so a later change of `value` is not seen.
 */
export function jsonText(value: JsonObject): string {
  let text = jsonTexts.get(value);
  if (text === undefined) {
    text = JSON.stringify(value);
    jsonTexts.set(value, text);
  }
  return text;
}

/** The way back from `jsonText()`, which then has the text already. */
export function parseJsonText(text: string): JsonObject {
  const value = JSON.parse(text) as JsonObject;
  jsonTexts.set(value, text);
  return value;
}

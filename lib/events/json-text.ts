import type { JsonObject } from './event.interface.js';

const texts = new WeakMap<JsonObject, string>();

/** Free-form JSON as text: made once for the store and the answer, as up to 2 MiB take their time. */
export function jsonText(value: JsonObject): string {
  let text = texts.get(value);
  if (text === undefined) {
    text = JSON.stringify(value);
    texts.set(value, text);
  }
  return text;
}

/** The way back from `jsonText()`, which then has the text already. */
export function parseJsonText(text: string): JsonObject {
  const value = JSON.parse(text) as JsonObject;
  texts.set(value, text);
  return value;
}

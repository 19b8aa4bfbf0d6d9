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

import type { JsonObject } from './event.interface.js';

// On the value itself, where nobody sees it: a WeakMap of all events would make each garbage collection longer.
const TEXT = Symbol('EVENT_LOG:JSON_TEXT');

type WithText = JsonObject & { [TEXT]?: string };

/**
 * Free-form JSON as text: made once for the store and the answer, as up to 2 MiB take their time. Events are immutable
 * once parsed, so a later change of `value` is not seen.
 */
export function jsonText(value: WithText): string {
  return value[TEXT] ?? remember(value, JSON.stringify(value));
}

/** The way back from `jsonText()`, which then has the text already. */
export function parseJsonText(text: string): JsonObject {
  const value = JSON.parse(text) as JsonObject;
  remember(value, text);
  return value;
}

// Does nothing to an object of others that is frozen.
function remember(value: WithText, text: string): string {
  Reflect.defineProperty(value, TEXT, { value: text });
  return text;
}

import type { FieldErrors } from './validation/field-errors.js';
import type { JsonObject, JsonValue } from './event.interface.js';

const MAX_DEPTH = 64;
const MAX_POINTER_LENGTH = 512;

interface Node {
  source: object;
  target: JsonValue[] | JsonObject;
  depth: number;
  key: string | number;
  parent?: Node;
}

/**
 * Checks free-form JSON without recursion, and copies it as `JSON.stringify` sees it; with `inPlace`, for what
 * `JSON.parse` made and nobody else holds, it changes `source` instead. In strings, NUL and lone surrogates become
 * U+FFFD. Adds to `errors` what can't be kept: keys with these characters, numbers that are not finite, nesting below
 * 64 levels.
 */
export function checkFreeForm(source: object, field: string, errors: FieldErrors, inPlace: boolean): JsonObject {
  const root: Node = { source, target: (inPlace ? source : {}) as JsonObject, depth: 0, key: field };
  const nodes = [root];

  const check = (given: unknown, key: string | number, parent: Node): JsonValue | undefined => {
    const child = inPlace ? given : jsonOf(given);
    switch (typeof child) {
      case 'string':
        return storable(child);
      case 'boolean':
        return child;
      case 'number':
        if (!Number.isFinite(child)) refuse(key, parent, 'must be a finite number');
        return child;
      case 'bigint':
        refuse(key, parent, 'must be JSON: send a bigint as a string');
        return null;
      case 'object':
        return child === null ? null : open(child, key, parent);
      default:
        return undefined; // what JSON.stringify leaves out
    }
  };

  const open = (child: object, key: string | number, parent: Node): JsonValue => {
    if (parent.depth === MAX_DEPTH) {
      refuse(key, parent, `must not be nested deeper than ${MAX_DEPTH} levels`);
      return null;
    }
    const target = (inPlace ? child : Array.isArray(child) ? [] : {}) as JsonObject | JsonValue[];
    nodes.push({ source: child, target, depth: parent.depth + 1, key, parent });
    return target;
  };

  const refuse = (key: string | number, parent: Node, fault: string) => {
    if (!errors.full) errors.add(pointerTo(key, parent), `A value in ${field} ${fault}`);
  };

  for (let node = nodes.pop(); node !== undefined && !errors.full; node = nodes.pop()) {
    const { target } = node;
    if (Array.isArray(target)) {
      const items = node.source as unknown[];
      for (let i = 0; i < items.length; i++) {
        const value = check(items[i], i, node) ?? null;
        if (!inPlace || value !== items[i]) target[i] = value;
      }
      continue;
    }
    const members = node.source as Record<string, unknown>;
    for (const key of Object.keys(members)) {
      if (!isStorable(key)) refuse(key, node, 'must not have a key with NUL or a lone surrogate');
      const given = members[key];
      const value = check(given, key, node);
      if (value !== undefined && (!inPlace || value !== given)) put(target, key, value);
    }
  }
  return root.target as JsonObject;
}

/** What `JSON.stringify` takes a value for: that of its `toJSON()`, where it has one. */
export function jsonOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return value.valueOf();
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? toJSON.call(value) : value;
}

/** Replaces NUL and lone surrogates, which databases refuse, by U+FFFD. */
export function storable(text: string): string {
  return isStorable(text) ? text : text.toWellFormed().replaceAll('\0', '\uFFFD');
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

// Assigned, __proto__ would set the prototype instead of a key.
function put(target: JsonObject, key: string, value: JsonValue): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** A JSON Pointer fragment (RFC 6901 §6), of an ancestor where it would be too long. */
function pointerTo(key: string | number, parent: Node): string {
  const tokens = [key];
  for (let node: Node | undefined = parent; node !== undefined; node = node.parent) tokens.push(node.key);
  let pointer = '#';
  for (const token of tokens.reverse()) {
    const escaped = String(token).slice(0, MAX_POINTER_LENGTH).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1');
    const longer = `${pointer}/${encodeURIComponent(escaped)}`;
    if (longer.length > MAX_POINTER_LENGTH) break;
    pointer = longer;
  }
  return pointer;
}

import type { JsonObject, JsonValue } from './event.interface.js';

/** An object or an array of JSON. */
export type Container = JsonObject | JsonValue[];

const NO_KEYS: readonly string[] = [];

/** How far a walk has come in one container. Each depth has one level, used again for the next container there. */
export class JsonLevel {
  readonly depth: number;
  child?: JsonLevel;
  source: object = [];
  target: Container = [];
  /** The keys of an object; an array has none. */
  keys?: readonly string[];
  length = 0;
  /** Of the member that is visited next. */
  next = 0;

  constructor(readonly parent?: JsonLevel) {
    this.depth = parent === undefined ? 0 : parent.depth + 1;
  }

  enter(source: object, target: Container): void {
    this.source = source;
    this.target = target;
    this.keys = Array.isArray(source) ? undefined : isEmpty(source) ? NO_KEYS : Object.keys(source);
    this.length = this.keys === undefined ? (source as unknown[]).length : this.keys.length;
    this.next = 0;
  }

  /** The keys from the root to the member that was visited last. */
  path(): (string | number)[] {
    const key = this.keys === undefined ? this.next - 1 : this.keys[this.next - 1];
    return [...(this.parent?.path() ?? []), key];
  }
}

// Ask the loop first: `Object.keys` of an empty object takes ten times as long.
function isEmpty(source: object): boolean {
  for (const _key in source) return false;
  return true;
}

import type { JsonObject, JsonValue } from './event.interface.js';
import { type Container, JsonLevel } from './json-level.js';
import { jsonPointer } from './json-pointer.js';
import { jsonValueOf } from './json-value-of.js';
import { isStorable, storableText } from './storable-text.js';
import type { FieldErrors } from './validation/field-errors.js';

const MAX_DEPTH = 64;
/** Most values in all that is read. */
export const MAX_VALUES = 200_000;

const TOO_MANY = `An event must not hold more than ${MAX_VALUES} values: send several events`;

/**
 * The free-form JSON of one event, walked without recursion. In strings, NUL and lone surrogates become U+FFFD. Adds to
 * `errors` what can't be kept: keys with these characters, numbers that are not finite, nesting below 64 levels, and
 * more than 200,000 values in all that was read.
 */
export class FreeFormJson {
  private field = '';
  private values = 0;
  private isOwner: boolean;

  private constructor(
    private readonly errors: FieldErrors,
    private readonly ownsInput: boolean,
    private readonly tooMany: string,
  ) {
    this.isOwner = ownsInput;
  }

  /**
   * For what `JSON.parse` made and nobody else holds: it is changed where it must be, and not copied. `tooMany` is said of too many
   * values.
   */
  static owning(errors: FieldErrors, tooMany = TOO_MANY): FreeFormJson {
    return new FreeFormJson(errors, true, tooMany);
  }

  /** For objects that others hold: copied as `JSON.stringify` sees them, each member read once. */
  static copying(errors: FieldErrors): FreeFormJson {
    return new FreeFormJson(errors, false, TOO_MANY);
  }

  /** How many values were read until now. */
  get count(): number {
    return this.values;
  }

  /** The JSON of one field of the event; not to be used where there are errors. */
  read(source: object, field: string): JsonObject {
    return this.readValue(source, field) as JsonObject;
  }

  /** The same of a field that may be no object: undefined where `JSON.stringify` would leave it out. */
  readValue(given: unknown, field: string): JsonValue | undefined {
    this.isOwner = this.ownsInput;
    return this.valueOf(given, field);
  }

  /** The same of what was made of the input, as `JSON.stringify` sees it. */
  copyValue(given: unknown, field: string): JsonValue | undefined {
    this.isOwner = false;
    return this.valueOf(jsonValueOf(given, field), field);
  }

  private valueOf(value: unknown, field: string): JsonValue | undefined {
    this.field = field;
    if (typeof value !== 'object' || value === null) {
      this.values++;
      return this.scalar(value);
    }
    const target = this.targetOf(value);
    this.walk(value, target);
    return target;
  }

  private walk(source: object, target: Container): void {
    let level: JsonLevel | undefined = new JsonLevel();
    this.enter(level, source, target);
    while (level !== undefined && !this.errors.full && this.values <= MAX_VALUES) level = this.visit(level);
  }

  /** Visits what is left of a container, up to its first member to open, and returns the level to go on with. */
  private visit(level: JsonLevel): JsonLevel | undefined {
    return level.keys === undefined ? this.visitItems(level) : this.visitMembers(level, level.keys);
  }

  private visitItems(level: JsonLevel): JsonLevel | undefined {
    const items = level.source as unknown[];
    const target = level.target as JsonValue[];
    while (level.next < level.length) {
      const index = level.next++;
      const given = items[index];
      const item = this.isOwner ? given : jsonValueOf(given, String(index));
      if (typeof item === 'object' && item !== null) {
        const container = this.targetOf(item);
        if (!this.isOwner) target[index] = container;
        if (this.open(item, container, level)) return level.child;
      } else {
        const value = this.scalar(item, level) ?? null;
        if (!this.isOwner || value !== given) target[index] = value;
      }
    }
    return level.parent;
  }

  private visitMembers(level: JsonLevel, keys: readonly string[]): JsonLevel | undefined {
    const members = level.source as Record<string, unknown>;
    const target = level.target as JsonObject;
    while (level.next < level.length) {
      const key = keys[level.next++];
      if (!isStorable(key)) this.refuse(level, 'must not have a key with NUL or a lone surrogate');
      const given = members[key];
      const member = this.isOwner ? given : jsonValueOf(given, key);
      if (typeof member === 'object' && member !== null) {
        const container = this.targetOf(member);
        if (!this.isOwner) put(target, key, container);
        if (this.open(member, container, level)) return level.child;
      } else {
        const value = this.scalar(member, level);
        if (value !== undefined && (!this.isOwner || value !== given)) put(target, key, value);
      }
    }
    return level.parent;
  }

  /** What is kept of a value that is no container: `undefined` where `JSON.stringify` would leave it out. */
  private scalar(value: unknown, level?: JsonLevel): JsonValue | undefined {
    switch (typeof value) {
      case 'string':
        return storableText(value);
      case 'number':
        if (!Number.isFinite(value)) this.refuse(level, 'must be a finite number');
        return value;
      case 'boolean':
        return value;
      case 'bigint':
        this.refuse(level, 'must be JSON: send a bigint as a string');
        return null;
      default:
        return value === null ? null : undefined;
    }
  }

  private targetOf(source: object): Container {
    return this.isOwner ? (source as Container) : Array.isArray(source) ? [] : {};
  }

  /** Whether the container has members to visit: then `level.child` is the level to visit them on. */
  private open(source: object, target: Container, level: JsonLevel): boolean {
    if (level.depth === MAX_DEPTH) {
      this.refuse(level, `must not be nested deeper than ${MAX_DEPTH} levels`);
      return false;
    }
    return this.enter((level.child ??= new JsonLevel(level)), source, target);
  }

  private enter(level: JsonLevel, source: object, target: Container): boolean {
    level.enter(source, target);
    this.values += level.length;
    if (this.values <= MAX_VALUES) return level.length > 0;
    this.errors.add(jsonPointer([this.field]), this.tooMany);
    return true;
  }

  private refuse(level: JsonLevel | undefined, fault: string): void {
    if (!this.errors.full)
      this.errors.add(jsonPointer([this.field, ...(level?.path() ?? [])]), `A value in ${this.field} ${fault}`);
  }
}

// Assigned, __proto__ would set the prototype instead of a key.
function put(target: JsonObject, key: string, value: JsonValue): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

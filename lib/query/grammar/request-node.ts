import { jsonPointer } from '../../events/json-pointer.js';
import { storableText } from '../../events/storable-text.js';
import { FieldErrors } from '../../events/validation/field-errors.js';
import { InvalidQueryException } from '../invalid-query.exception.js';
import { unknownName } from '../unknown-name.js';
import type { Hints } from './hints.js';
import { EVENTS_VIEW } from './views/events.view.js';
import type { QueryView } from './views/query-view.interface.js';

/** What all nodes of one request share. */
export class RequestReport {
  readonly errors = new FieldErrors();
  /** What the request is about. */
  readonly view: QueryView;
  /** So many values may still be compared with: each is bound to the statement, and databases bind 32,766 at most. */
  valuesLeft = 10_000;

  constructor(view = EVENTS_VIEW) {
    this.view = view;
  }

  get hasFaults(): boolean {
    return this.errors.list.length > 0;
  }

  get refusal(): InvalidQueryException {
    return new InvalidQueryException(this.errors.list);
  }
}

/** A value in a request, which may be anything. What is wrong with it is noted under its pointer, never with its text. */
export class RequestNode {
  constructor(
    readonly value: unknown,
    readonly report = new RequestReport(),
    private readonly keys: readonly (string | number)[] = [],
  ) {}

  /** How messages call it. */
  get name(): string {
    const last = this.keys[this.keys.length - 1];
    if (last === undefined) return 'The request';
    return typeof last === 'string' ? last : `An item of ${this.keys[this.keys.length - 2] ?? 'a list'}`;
  }

  get isAbsent(): boolean {
    return this.value === undefined;
  }

  /** Notes a fault; `fault` goes on after the name. */
  refuse(fault: string): undefined {
    this.report.errors.add(jsonPointer(this.keys), `${this.name} ${fault}`);
  }

  /** A member of its own, be it there or not. */
  at(key: string): RequestNode {
    const isThere = typeof this.value === 'object' && this.value !== null && Object.hasOwn(this.value, key);
    return this.child(key, isThere ? (this.value as Record<string, unknown>)[key] : undefined);
  }

  /** Whether it is an object with these members alone. `hints` tell of others what to write instead. */
  isObjectOf(known: readonly string[], hints: Hints = {}): boolean {
    if (!isPlainObject(this.value)) {
      this.refuse(`must be an object of ${known.join(', ')}`);
      return false;
    }
    const unknown = Object.keys(this.value).filter((key) => !known.includes(key));
    for (const key of unknown) {
      const hint = Object.hasOwn(hints, key) ? hints[key] : undefined;
      this.report.errors.add(jsonPointer([...this.keys, key]), unknownName('member', key, known, hint));
    }
    return unknown.length === 0;
  }

  /** Undefined where it is no list, or a longer one. */
  items(max: number): RequestNode[] | undefined {
    if (!Array.isArray(this.value)) return this.refuse('must be a list');
    if (this.value.length > max) return this.refuse(`must have at most ${max} items`);
    return this.value.map((item, index) => this.child(index, item));
  }

  /** One of the keys of a table. `ofDotted` is what is said of a name with a dot. */
  oneOf<Key extends string>(table: Readonly<Record<Key, unknown>>, ofDotted?: string): Key | undefined {
    const { value } = this;
    if (typeof value === 'string' && Object.hasOwn(table, value)) return value as Key;
    const hint = ofDotted !== undefined && typeof value === 'string' && value.includes('.') ? `, ${ofDotted}` : '';
    return this.refuse(`must be one of ${Object.keys(table).join(', ')}${hint}`);
  }

  /** As events keep their texts. */
  text(maxLength = Infinity): string | undefined {
    if (typeof this.value !== 'string') return this.refuse('must be a string');
    return this.value.length <= maxLength ? storableText(this.value) : this.refuse(`must have at most ${maxLength} characters`);
  }

  /** The same, and never empty. */
  filledText(): string | undefined {
    return this.value === '' ? this.refuse('must not be empty: leave it out for all') : this.text();
  }

  /** `ofDefault` where it is left out. */
  integer<Default>(min: number, max: number, ofDefault: Default): number | Default | undefined {
    if (this.isAbsent) return ofDefault;
    if (Number.isInteger(this.value) && Number(this.value) >= min && Number(this.value) <= max) return this.value as number;
    return this.refuse(`must be an integer from ${min} to ${max}`);
  }

  /** The same place with another value. */
  as(value: unknown): RequestNode {
    return new RequestNode(value, this.report, this.keys);
  }

  /** What `read` makes of it, where it is there. */
  optional<Value>(read: (node: RequestNode) => Value | undefined): Value | undefined {
    return this.isAbsent ? undefined : read(this);
  }

  private child(key: string | number, value: unknown): RequestNode {
    return new RequestNode(value, this.report, [...this.keys, key]);
  }
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

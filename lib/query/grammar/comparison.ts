import type { JsonValue } from '../../events/event.interface.js';
import type { Comparison, Condition } from '../../storage/reading/event-query.interface.js';
import type { Comparand } from './comparand.js';
import { jsonOf, textOf, timeOf, timeOrDateOf } from './literal.js';
import { isPlainObject, type RequestNode } from './request-node.js';

const MAX_ITEMS = 1_000;

/** The condition that an operator makes of what it compares; undefined where that can't be compared so. */
export type MakeCondition = (comparand: Comparand) => Condition | undefined;

/** One of the values; null is missing, too. */
export function isOneOf(read: (comparand: Comparand) => readonly JsonValue[] | undefined): MakeCondition {
  return (comparand) => {
    const values = read(comparand);
    if (values === undefined) return undefined;
    const others = values.filter((value) => value !== null);
    const isIn = that(comparand, { operator: 'in', values: others });
    if (others.length === values.length) return isIn;
    return others.length > 0 ? { or: [isIn, isMissing(comparand)] } : isMissing(comparand);
  };
}

export function not(make: MakeCondition): MakeCondition {
  return (comparand) => {
    const condition = make(comparand);
    return condition && { not: condition };
  };
}

/** What compares with a value that is read of the request. */
export function withValue<Value>(
  read: (node: RequestNode, comparand: Comparand) => Value | undefined,
  compare: (value: Value) => Comparison,
): MakeCondition {
  return (comparand) => {
    const value = read(comparand.value, comparand);
    return value === undefined ? undefined : that(comparand, compare(value));
  };
}

/** Takes no value, but null. */
export function isNull(comparand: Comparand): Condition | undefined {
  const { value } = comparand.value;
  if (value === undefined || value === null) return isMissing(comparand);
  return comparand.value.refuse('must be left out; in properties, userProperties and fields, it may be { path }');
}

/** A value of the type that there is to compare, or null. */
export function equal({ kind, value }: Comparand): readonly JsonValue[] | undefined {
  const read = value.value === null ? null : READ_EQUAL[kind](value);
  return read === undefined ? undefined : [read];
}

const READ_EQUAL: Readonly<Record<Comparand['kind'], (node: RequestNode) => JsonValue | undefined>> = {
  text: textOf,
  time: timeOf,
  document: documentOf,
  path: jsonOf,
};

export function equals(comparand: Comparand): readonly JsonValue[] | undefined {
  const items = comparand.value.items(MAX_ITEMS);
  const values = items?.map((value) => equal({ ...comparand, value })?.[0]);
  return values === undefined ? undefined : allOf(values);
}

/** What is in an order. */
export function limitOf(node: RequestNode, { kind }: Comparand): string | number | undefined {
  if (kind === 'time') return timeOrDateOf(node);
  if (kind === 'text') return textOf(node);
  if (typeof node.value === 'number' && Number.isFinite(node.value)) return node.value;
  return typeof node.value === 'string' ? textOf(node) : node.refuse('must be a string or a number, as only those have an order');
}

/** Scalars: one, or a list of them. */
export function scalarsOf(node: RequestNode): readonly JsonValue[] | undefined {
  const items = Array.isArray(node.value) ? node.items(MAX_ITEMS) : [node];
  return items && allOf(items.map(scalarOf));
}

export function keysOf(node: RequestNode): readonly string[] | undefined {
  const keys = node.items(MAX_ITEMS)?.map(textOf);
  return keys && allOf(keys);
}

/** An object for a whole field, and any JSON for what is at a path in it. */
export function partOf(node: RequestNode, { kind }: Comparand): JsonValue | undefined {
  return kind === 'document' ? documentOf(node) : jsonOf(node);
}

export function objectOf(node: RequestNode): Record<string, JsonValue> | undefined {
  return isPlainObject(node.value) ? (jsonOf(node) as Record<string, JsonValue> | undefined) : node.refuse('must be an object');
}

function documentOf(node: RequestNode): JsonValue | undefined {
  return isPlainObject(node.value) ? jsonOf(node) : node.refuse('must be an object, or { path, value } for what is at a path');
}

function scalarOf(node: RequestNode): JsonValue | undefined {
  if (typeof node.value !== 'object' || node.value === null) return jsonOf(node);
  return node.refuse('must be a string, a number, a boolean or null, or a list of them');
}

function allOf<Value>(values: readonly (Value | undefined)[]): readonly Value[] | undefined {
  return values.every((value) => value !== undefined) ? values : undefined;
}

function isMissing(comparand: Comparand): Condition {
  return that(comparand, { operator: 'isNull' });
}

function that({ operand }: Comparand, comparison: Comparison): Condition {
  return { operand, ...comparison };
}

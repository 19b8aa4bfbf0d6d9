import type { Type } from '@nestjs/common';
import { ARRAY_UNIQUE, ValidationTypes } from 'class-validator';
import { isStorable } from '../storable-text.js';
import { isAsynchronous } from './asynchronous-rule.js';
import { type Accepts, compileRules, constraintsOf, type Rule, rulesOf } from './dto-rules.js';
import { type Transformation, transformationOf, type TypeDecoration } from './transformations.js';

/** One field that a class declares by giving it rules. */
export interface DtoField extends Transformation {
  /** Its name in the class. */
  readonly property: string;
  readonly rules: readonly Rule[];
  readonly accepts: Accepts;
  /** Whether the class works it out itself, by a getter alone: nothing is taken for it. */
  readonly isComputed: boolean;
}

/** What a class declares, and whether its values are kept as they come. */
export interface DtoShape {
  readonly fields: readonly DtoField[];
  /** Those whose list class-validator compares item by item with all others. */
  readonly uniqueLists: readonly DtoField[];
  /** No value is made into another one: neither nested classes nor transformations. */
  readonly isPlain: boolean;
}

const shapes = new WeakMap<object, Map<string, DtoShape>>();

/** Reads the decorators of a class once. Throws a `TypeError` that names class and field where they can't be followed. */
export function shapeOf(dto: Type, groups?: readonly string[]): DtoShape {
  const byGroups = shapes.get(dto) ?? new Map<string, DtoShape>();
  shapes.set(dto, byGroups);
  const key = JSON.stringify(groups ?? null);
  let shape = byGroups.get(key);
  if (shape === undefined) {
    shape = readShape(dto, groups);
    byGroups.set(key, shape); // before the nested classes are read, which may hold this one
    try {
      for (const { type } of shape.fields) for (const nested of type ? classesOf(type) : []) shapeOf(nested, groups);
    } catch (error) {
      byGroups.delete(key);
      throw error;
    }
  }
  return shape;
}

/** What a nested value is made into: by its discriminator, or as `@Type()` says. */
export function targetOf(type: TypeDecoration, value: object, owner: object, property: string): unknown {
  const { property: field, subTypes = [] } = type.options?.discriminator ?? {};
  const subType =
    field === undefined ? undefined : subTypes.find(({ name }) => name === (value as Record<string, unknown>)[field]);
  return subType?.value ?? type.typeFunction?.({ newObject: undefined, object: owner, property });
}

/** Whether class-validator would accept an instance; `false` also where only class-validator itself can tell. */
export function acceptsInstance({ fields }: DtoShape, instance: object): boolean {
  const values = instance as Record<string, unknown>;
  let isAccepted = true;
  // All of them, also after one that is wrong: else class-validator would be the first to see a promise, and let it reject.
  for (const { property, accepts } of fields) isAccepted = accepts(values[property], instance) && isAccepted;
  return isAccepted;
}

function readShape(dto: Type, groups?: readonly string[]): DtoShape {
  const acceptsNested = (value: unknown): boolean => {
    if (value === undefined) return true;
    if (Array.isArray(value)) return value.map(acceptsNested).every(Boolean);
    const nested = hostClassOf(value);
    if (nested === undefined) return false;
    const shape = shapeOf(nested, groups);
    return shape.fields.length > 0 && acceptsInstance(shape, value as object);
  };
  const fields = Array.from(rulesOf(dto, groups), ([property, rules]): DtoField => {
    const accepts = compileRules(rules, acceptsNested);
    return { property, rules, accepts, isComputed: isComputed(dto, property), ...transformationOf(dto, property) };
  });
  for (const field of fields) {
    const fault = faultOf(field, fields);
    if (fault !== undefined) throw new TypeError(`${dto.name}.${String(field.property)} ${fault}.`);
  }
  const isKept = ({ type, key, property, isTransformed }: DtoField) => !isTransformed && type === undefined && key === property;
  return { fields, uniqueLists: fields.filter(hasUniqueItems), isPlain: fields.every(isKept) };
}

function isComputed({ prototype }: Type, property: string): boolean {
  for (let holder = prototype as object | null; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, property);
    if (descriptor !== undefined) return descriptor.get !== undefined && descriptor.set === undefined;
  }
  return false;
}

function hasUniqueItems({ rules }: DtoField): boolean {
  return rules.some((rule) => constraintsOf(rule).some(({ name }) => name === ARRAY_UNIQUE));
}

function faultOf(field: DtoField, fields: readonly DtoField[]): string | undefined {
  const { property, key, rules, type, isToPlainOnly } = field;
  if ([property, key].some((name) => name in Object.prototype))
    return 'has a name that every object of JavaScript has: give it another one';
  if (typeof key === 'symbol' || !isStorable(key))
    return 'has a symbol, NUL or a lone surrogate in its name, which no store takes: give it another one';
  const namesake = fields.find((one) => one.key === key);
  if (namesake !== field) return `is named '${key}' in JSON, as ${namesake?.property} is: give it another name`;
  if (rules.some(isAsynchronous)) return 'has an asynchronous validator, which can not be waited for: check that in a hook';
  if (rules.some(isNested) && type === undefined) return 'has @ValidateNested() and no @Type(() => …) to tell the class';
  if (type?.reflectedType === Map || type?.reflectedType === Set)
    return 'is a Map or a Set, which is no JSON: use an object or an array';
  if (isToPlainOnly) return 'has a decorator with `toPlainOnly`, but is stored as it was checked: leave it out, or use a hook';
  return undefined;
}

export function isNested({ type }: Rule): boolean {
  return type === ValidationTypes.NESTED_VALIDATION;
}

/** The classes of a nested value. A function that asks for its arguments can't tell its class before there is a value: it is asked then. */
export function classesOf({ typeFunction, options }: TypeDecoration): Type[] {
  const named = typeFunction?.length === 0 ? [typeFunction()] : [];
  const subTypes = options?.discriminator?.subTypes?.map(({ value }) => value) ?? [];
  return [...named, ...subTypes].flatMap((given) => hostClass(given) ?? []);
}

/** The host's class that a value is an instance of: by its prototype, as data may have a key `constructor`. */
export function hostClassOf(value: unknown): Type | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return hostClass((Object.getPrototypeOf(value) as object | null)?.constructor);
}

/** A class that is none of JavaScript's own. */
export function hostClass(given: unknown): Type | undefined {
  const isBuiltIn = typeof given !== 'function' || (globalThis as Record<string, unknown>)[given.name] === given;
  return isBuiltIn ? undefined : (given as Type);
}

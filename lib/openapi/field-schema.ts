import type { Type } from '@nestjs/common';
import type { Rule } from '../events/validation/dto-rules.js';
import { classesOf, type DtoField, isNested } from '../events/validation/dto-shape.js';
import type { TypeDecoration } from '../events/validation/transformations.js';
import { certainRules, isConditional } from './rule-conditions.js';
import { keywordsOf } from './rule-keywords.js';
import type { Schema } from './swagger.js';

/** What is said of the values of a field, but null; nothing where they are made into others, or checked only at times. */
export function fieldSchema(field: DtoField, refTo: (dto: Type) => Schema): Schema {
  if (field.isTransformed || isConditional(field)) return {};
  const rules = certainRules(field);
  const ofItems = rules.filter(({ each }) => each);
  const whole = keywordsOf(rules.filter(({ each }) => !each));
  const nested = rules.find(isNested);
  if (nested !== undefined) return nestedSchema(field, nested, whole, refTo);
  return ofItems.length === 0 ? whole : { ...whole, type: 'array', items: keywordsOf(ofItems) };
}

/** With null as one more value. */
export function nullable(schema: Schema): Schema {
  if (schema.$ref !== undefined) return { type: 'object', allOf: [schema], nullable: true };
  const isAny = Object.keys(schema).length === 0;
  return isAny ? schema : { ...schema, nullable: true, ...(schema.enum && { enum: [...schema.enum, null] }) };
}

function nestedSchema({ type }: DtoField, { each }: Rule, whole: Schema, refTo: (dto: Type) => Schema): Schema {
  const variants = type === undefined ? [] : variantsOf(type, refTo);
  const value = variants.length > 1 ? { anyOf: variants } : (variants[0] ?? {});
  if (!each && whole.type !== 'array' && type?.reflectedType !== Array) return value;
  // To class-validator, two equal objects are unique.
  return { ...whole, type: 'array', uniqueItems: undefined, items: value };
}

function variantsOf(type: TypeDecoration, refTo: (dto: Type) => Schema): Schema[] {
  const { property = '', subTypes = [] } = type.options?.discriminator ?? {};
  const tagged = subTypes.map(({ name, value }) => ({
    // Not required, as events are answered without it.
    allOf: [
      refTo(value as Type),
      { type: 'object', properties: { [property]: { type: 'string', enum: [name] } } } satisfies Schema,
    ],
  }));
  const others = classesOf(type).filter((dto) => !subTypes.some(({ value }) => value === dto));
  return [...tagged, ...others.map(refTo)];
}

import type { Type } from '@nestjs/common';
import type { Schema, Swagger } from './swagger.js';

/** A field as `@ApiProperty()` of the host's describes it. */
export interface DescribedField {
  readonly schema: Schema;
  /** Undefined: up to the rules. */
  readonly required?: boolean;
  /** The class that @nestjs/swagger has to describe for it. */
  readonly model?: Type;
}

const TYPES = new Map<unknown, Schema>([
  [String, { type: 'string' }],
  [Number, { type: 'number' }],
  [Boolean, { type: 'boolean' }],
  [Date, { type: 'string', format: 'date-time' }],
  [Array, { type: 'array', items: {} }],
  [Object, {}],
  [undefined, {}],
]);
const COMBINATORS = ['$ref', 'oneOf', 'anyOf', 'allOf'];
/** What the decorator keeps beside keywords. */
const NO_KEYWORDS = ['type', 'isArray', 'required', 'name', 'link', 'enumName', 'enumSchema', 'x-enumNames', 'selfRequired'];

/** What the host says of a field wins, keyword by keyword, over what is `derived` of its rules. */
export function describedField(swagger: Swagger, dto: Type, property: string, derived: Schema): DescribedField {
  const key = swagger.DECORATORS.API_MODEL_PROPERTIES;
  const given = Reflect.getMetadata(key, dto.prototype as object, property) as Record<string, unknown> | undefined;
  if (given === undefined) return { schema: derived };
  const { type, isArray } = resolved(given);
  const model = typeof type === 'string' || TYPES.has(type) ? undefined : (type as Type);
  const one = model ? { $ref: swagger.getSchemaPath(model) } : (TYPES.get(type) ?? { type: type as Schema['type'] });
  const typed: Schema = isArray && one.type !== 'array' ? { type: 'array', items: one } : one;
  // A type that the host does not name is the one of TypeScript, of which the rules know more.
  const isNamed = typeof given.type === 'string' || isLazy(given.type);
  const schema = isNamed ? joined(derived, typed) : joined(typed, derived);
  return {
    schema: joined(schema, Object.fromEntries(Object.entries(given).filter(([keyword]) => !NO_KEYWORDS.includes(keyword)))),
    required: typeof given.required === 'boolean' ? given.required : undefined,
    model,
  };
}

function resolved({ type, isArray }: Record<string, unknown>): { type: unknown; isArray: boolean } {
  const named: unknown = isLazy(type) ? type() : type;
  return { type: Array.isArray(named) ? named[0] : named, isArray: isArray === true || Array.isArray(named) };
}

// As @nestjs/swagger tells it from a class.
function isLazy(type: unknown): type is () => unknown {
  return typeof type === 'function' && type.name === 'type';
}

function joined(schema: Schema, others: Schema): Schema {
  if (COMBINATORS.some((keyword) => keyword in others)) return others;
  const isAlone = schema.$ref === undefined || Object.keys(others).length === 0;
  return isAlone ? { ...schema, ...others } : { allOf: [schema], ...others };
}

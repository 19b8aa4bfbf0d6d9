import { nullable } from './field-schema.js';
import type { Schema } from './swagger.js';

export const TEXT = { type: 'string' } satisfies Schema;
export const SHORT_TEXT = { type: 'string', maxLength: 255 } satisfies Schema;
export const DATE_TIME = { type: 'string', format: 'date-time' } satisfies Schema;
export const JSON_OBJECT = { type: 'object', additionalProperties: true } satisfies Schema;
export const COUNT = { type: 'integer', minimum: 0 } satisfies Schema;
export const USER_PROPERTIES = nullable(refTo('EventLogUserProperties'));

/** An object with these members. */
export function objectOf(required: string[], properties: Record<string, Schema>): Schema {
  return { type: 'object', ...(required.length > 0 && { required }), properties };
}

/** This text and no other. */
export function one(value: string): Schema {
  return { type: 'string', enum: [value] };
}

/** A list of what a component describes. */
export function listOf(name: string): Schema {
  return { type: 'array', items: refTo(name) };
}

/** What the component with this name describes. */
export function refTo(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

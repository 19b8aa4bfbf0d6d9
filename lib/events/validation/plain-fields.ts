import type { Type } from '@nestjs/common';
import { type DtoField, shapeOf } from './dto-shape.js';

/** The declared fields of an instance under their names in JSON, those of nested instances too; all else as it is. */
export function plainFields(instance: object, fields: readonly DtoField[], groups?: readonly string[]): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const { property, key, type } of fields) {
    const value = (instance as Record<string, unknown>)[property];
    if (value !== undefined) plain[key] = type === undefined ? value : plainOf(value, groups);
  }
  return plain;
}

function plainOf(value: unknown, groups?: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => plainOf(item, groups));
  if (typeof value !== 'object' || value === null || value.constructor === Object) return value;
  const { fields } = shapeOf(value.constructor as Type, groups);
  return fields.length === 0 ? value : plainFields(value, fields, groups);
}

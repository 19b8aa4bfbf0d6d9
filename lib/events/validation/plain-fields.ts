import { type DtoField, hostClassOf, shapeOf } from './dto-shape.js';

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
  const dto = hostClassOf(value);
  if (dto === undefined) return value;
  const { fields } = shapeOf(dto, groups);
  return fields.length === 0 ? value : plainFields(value as object, fields, groups);
}

import type { Type } from '@nestjs/common';
import { type DtoField, shapeOf } from '../events/validation/dto-shape.js';
import { describedField } from './described-field.js';
import { fieldSchema, nullable } from './field-schema.js';
import { accepts, isConditional } from './rule-conditions.js';
import type { Schema, Swagger } from './swagger.js';

/** Makes the schemas of a class and, as components of their own, of the classes that its fields hold. */
export class DtoSchemas {
  /** By their names among the components of a document. */
  readonly components = new Map<string, Schema>();
  /** Classes of the host's that @nestjs/swagger has to describe itself. */
  readonly models = new Set<Type>();
  private readonly names = new Map<Type, string>();

  constructor(
    private readonly swagger: Swagger,
    /** What the names of the components begin with. */
    private readonly prefix: string,
    private readonly groups?: readonly string[],
  ) {}

  /** An object of these fields. */
  objectOf(dto: Type, fields: readonly DtoField[] = shapeOf(dto, this.groups).fields): Schema {
    const instance = instanceOf(dto);
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const field of fields) {
      const { schema, isRequired } = this.propertyOf(dto, field, instance);
      properties[field.key] = schema;
      if (isRequired) required.push(field.key);
    }
    return { type: 'object', properties, ...(required.length > 0 && { required }) };
  }

  private propertyOf(dto: Type, field: DtoField, instance: object): { schema: Schema; isRequired: boolean } {
    const initial = (instance as Record<string, unknown>)[field.property];
    const derived = fieldSchema(field, (nested) => this.refTo(nested));
    const ofRules = accepts(field, null, instance) ? nullable(derived) : derived;
    const { schema, required, model } = describedField(this.swagger, dto, field.property, ofRules);
    if (model !== undefined) this.models.add(model);
    const isFree = field.isComputed || field.isTransformed || isConditional(field) || accepts(field, initial, instance);
    return { schema, isRequired: required ?? !isFree };
  }

  private refTo(dto: Type): Schema {
    const known = this.names.get(dto);
    const name = known ?? this.freeName(`${this.prefix}.${dto.name.replaceAll(/[^\w.-]/g, '_')}`);
    if (known === undefined) {
      this.names.set(dto, name); // before its fields, which may hold the class itself
      this.components.set(name, this.objectOf(dto));
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  private freeName(name: string): string {
    const names = [...this.names.values()];
    let free = name;
    for (let count = 2; names.includes(free); count++) free = `${name}${count}`;
    return free;
  }
}

// As each event is made of its class: what that sets itself may be left out.
function instanceOf(dto: Type): object {
  try {
    return new dto() as object;
  } catch {
    return Object.create(dto.prototype as object) as object;
  }
}

import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { FieldErrors } from './field-errors.js';

/** Checks plain objects by the class-validator decorators of a DTO class. */
export class DtoCheck<T extends object> {
  private readonly fields: readonly string[];

  constructor(private readonly dto: Type<T>) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
    this.fields = [...new Set(rules.map((rule) => rule.propertyName))];
  }

  /** An instance with the declared fields of `input`; what is wrong with them is added to `errors`. */
  run(input: object, errors: FieldErrors, parent?: string): T {
    const instance = this.instantiate(input as Record<string, unknown>);
    const faults = validateSync(instance, { stopAtFirstError: true, validationError: { target: false, value: false } });
    for (const { property, constraints } of faults) {
      const detail = Object.values(constraints ?? {})[0];
      if (parent === undefined) errors.add(`#/${property}`, detail);
      else errors.add(`#/${parent}/${property}`, `${parent}.${detail}`);
    }
    return instance;
  }

  // Objects stay away from class-transformer: it would copy them key by key, for seconds, and drop some.
  private instantiate(input: Record<string, unknown>): T {
    const scalars: Record<string, unknown> = {};
    const objects: Record<string, unknown> = {};
    for (const field of this.fields) {
      if (!Object.hasOwn(input, field)) continue;
      const value = input[field];
      (typeof value === 'object' && value !== null ? objects : scalars)[field] = value;
    }
    return Object.assign(plainToInstance(this.dto, scalars, { excludeExtraneousValues: true }), objects);
  }
}

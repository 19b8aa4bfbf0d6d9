import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { compileRules, type FieldRules } from './dto-rules.js';
import type { FieldErrors } from './field-errors.js';

/** Checks plain objects by the class-validator decorators of a DTO class. */
export class DtoCheck<T extends object> {
  private readonly rules: readonly FieldRules[];

  constructor(private readonly dto: Type<T>) {
    this.rules = compileRules(dto);
  }

  /** An instance with the declared fields of `input`; what is wrong with them is added to `errors`. */
  check(input: object, errors: FieldErrors, parent?: string): T {
    return this.tryFast(input) ?? this.validate(input, errors, parent);
  }

  /** The instance where each field passes its compiled rules: the fast path, taken by nearly every event. */
  tryFast(input: object): T | undefined {
    const instance = new this.dto();
    const fields = instance as Record<string, unknown>;
    for (const { field } of this.rules) {
      if (Object.hasOwn(input, field)) fields[field] = (input as Record<string, unknown>)[field];
    }
    return this.rules.every(({ field, accepts }) => accepts(fields[field], instance)) ? instance : undefined;
  }

  /** Asks class-validator itself, so that every refusal is in its words. */
  validate(input: object, errors: FieldErrors, parent?: string): T {
    const instance = this.instantiate(input as Record<string, unknown>);
    const faults = validateSync(instance, { stopAtFirstError: true, validationError: { target: false, value: false } });
    for (const { property, constraints } of faults) {
      const detail = Object.values(constraints ?? {})[0];
      if (parent === undefined) errors.add(`#/${property}`, detail);
      else errors.add(`#/${parent}/${property}`, `${parent}.${detail}`);
    }
    return instance;
  }

  // Keep objects away from class-transformer: it would copy them key by key, for seconds, and drop some keys.
  private instantiate(input: Record<string, unknown>): T {
    const scalars: Record<string, unknown> = {};
    const objects: Record<string, unknown> = {};
    for (const { field } of this.rules) {
      if (!Object.hasOwn(input, field)) continue;
      const value = input[field];
      (typeof value === 'object' && value !== null ? objects : scalars)[field] = value;
    }
    return Object.assign(plainToInstance(this.dto, scalars, { excludeExtraneousValues: true }), objects);
  }
}

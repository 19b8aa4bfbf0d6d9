import type { Type } from '@nestjs/common';
import { type ValidationError, validateSync } from 'class-validator';
import { jsonPointer } from '../json-pointer.js';
import { DtoInput } from './dto-input.js';
import type { DtoOptions } from './dto-options.interface.js';
import { type DtoShape, shapeOf } from './dto-shape.js';
import type { FieldErrors } from './field-errors.js';

type Path = readonly string[];
type Fields = Record<string, unknown>;

/** Checks plain objects by the decorators of class-validator, and makes instances by those of class-transformer, of a DTO class. */
export class DtoCheck<T extends object> {
  readonly shape: DtoShape;

  /** Throws a `TypeError` where the class has decorators that can't be followed. */
  constructor(
    private readonly dto: Type<T>,
    private readonly options: DtoOptions = {},
  ) {
    this.shape = shapeOf(dto, options.groups);
  }

  /** An instance with the declared fields of `input`; what is wrong with them is added to `errors`. */
  check(input: object, errors: FieldErrors, parent?: string): T {
    return this.tryFast(input) ?? this.validate(input, errors, parent);
  }

  /** The instance where each field passes its compiled rules: the fast path, taken by nearly every event of a plain class. */
  tryFast(input: object): T | undefined {
    if (!this.shape.isPlain) return undefined;
    const instance = this.assigned(input);
    return this.shape.fields.every(({ property, accepts }) => accepts((instance as Fields)[property], instance))
      ? instance
      : undefined;
  }

  /** Asks class-validator itself, so that every refusal is in its words. */
  validate(input: object, errors: FieldErrors, parent?: string): T {
    const { groups } = this.options;
    const instance = this.shape.isPlain ? this.assigned(input) : new DtoInput(errors, this.options).toInstance(this.dto, input);
    if (instance === undefined) return new this.dto();
    const faults = validateSync(instance, {
      stopAtFirstError: true,
      validationError: { target: false, value: false },
      ...(groups && { groups: [...groups], always: true }),
    });
    for (const fault of faults) addFault(fault, errors, parent === undefined ? [] : [parent]);
    return instance;
  }

  private assigned(input: object): T {
    const instance = new this.dto();
    for (const { property } of this.shape.fields) {
      if (Object.hasOwn(input, property)) (instance as Fields)[property] = (input as Fields)[property];
    }
    return instance;
  }
}

function addFault({ property, constraints, children }: ValidationError, errors: FieldErrors, parents: Path): void {
  const path = [...parents, property];
  const [detail] = Object.values(constraints ?? {});
  if (detail !== undefined) errors.add(jsonPointer(path), [...parents, detail].join('.'));
  for (const child of children ?? []) addFault(child, errors, path);
}

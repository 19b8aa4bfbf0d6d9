import { UnprocessableEntityException } from '@nestjs/common';
import type { FieldError } from './validation/field-error.interface.js';
import { sumOfErrors } from './validation/sum-of-errors.js';

/** An event was refused, and nothing was stored; `errors` tells which fields, and how to fix them. */
export class InvalidEventException extends UnprocessableEntityException {
  constructor(readonly errors: FieldError[]) {
    super(sumOfErrors(errors));
  }
}

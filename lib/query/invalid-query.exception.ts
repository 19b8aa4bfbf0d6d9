import { UnprocessableEntityException } from '@nestjs/common';
import type { FieldError } from '../events/validation/field-error.interface.js';
import { sumOfErrors } from '../events/validation/sum-of-errors.js';

/** A request to read was refused; `errors` tells which members, and how to fix them. */
export class InvalidQueryException extends UnprocessableEntityException {
  constructor(readonly errors: FieldError[]) {
    super(sumOfErrors(errors));
  }
}

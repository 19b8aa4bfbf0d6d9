import { UnprocessableEntityException } from '@nestjs/common';
import type { FieldError } from '../events/validation/field-error.interface.js';

/** A request to read was refused; `errors` tells which members, and how to fix them. */
export class InvalidQueryException extends UnprocessableEntityException {
  constructor(readonly errors: FieldError[]) {
    const others = errors.length - 1;
    super(errors[0].detail + (others > 0 ? ` (and ${others} more ${others === 1 ? 'error' : 'errors'})` : ''));
  }
}

import { UnprocessableEntityException } from '@nestjs/common';
import type { FieldError } from './validation/field-error.interface.js';

/** An event was refused, and nothing was stored; `errors` tells which fields, and how to fix them. */
export class InvalidEventException extends UnprocessableEntityException {
  constructor(readonly errors: FieldError[]) {
    const others = errors.length - 1;
    super(errors[0].detail + (others > 0 ? ` (and ${others} more ${others === 1 ? 'error' : 'errors'})` : ''));
  }
}

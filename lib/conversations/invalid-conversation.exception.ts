import { UnprocessableEntityException } from '@nestjs/common';
import type { FieldError } from '../events/validation/field-error.interface.js';
import { sumOfErrors } from '../events/validation/sum-of-errors.js';

/** A conversation, feedback or a request to read them was refused; `errors` tells which fields, and how to fix them. */
export class InvalidConversationException extends UnprocessableEntityException {
  constructor(readonly errors: FieldError[]) {
    super(sumOfErrors(errors));
  }
}

import { GoneException } from '@nestjs/common';
import type { FieldError } from './validation/field-error.interface.js';

/** The id of an event was erased on a person's request, and no other event may have it. */
export class ErasedEventException extends GoneException {
  constructor(readonly errors?: readonly FieldError[]) {
    super('The event with this id was erased on the request of a person; it is not stored again');
  }
}

import { ConflictException } from '@nestjs/common';
import type { FieldError } from './validation/field-error.interface.js';

/** The id of an event is taken by one with other content. It tells nothing of that one but what `errors` says. */
export class ConflictingEventException extends ConflictException {
  constructor(readonly errors?: readonly FieldError[]) {
    super('The id is taken by an event with other content; send this one with another id');
  }
}

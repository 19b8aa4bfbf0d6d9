import type { FieldError } from './field-error.interface.js';

/** What is wrong, in one sentence: the first error, and how many others there are. */
export function sumOfErrors(errors: readonly FieldError[]): string {
  const others = errors.length - 1;
  return errors[0].detail + (others > 0 ? ` (and ${others} more ${others === 1 ? 'error' : 'errors'})` : '');
}

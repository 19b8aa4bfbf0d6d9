import { ValidateBy, type ValidationOptions } from 'class-validator';

const MAX_LENGTH = 255;
const UNFIT = /[\p{Cc}\p{Cs}]/u;

/** What keeps a value from being a text of `min` to 255 characters that every database can hold as a key. */
export function shortTextFault(value: unknown, min = 0): string | undefined {
  if (typeof value !== 'string') return 'must be a string';
  if (value.length < min) return `must not be shorter than ${min} character`;
  // A character is one or two UTF-16 units.
  if (value.length > MAX_LENGTH && (value.length > 2 * MAX_LENGTH || [...value].length > MAX_LENGTH)) {
    return `must not be longer than ${MAX_LENGTH} characters`;
  }
  return UNFIT.test(value) ? 'must not contain control characters or lone surrogates' : undefined;
}

/** A string of `min` (default 0) to 255 code points without control characters and lone surrogates. */
export function IsShortText({ min = 0 } = {}, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isShortText',
      constraints: [min],
      validator: {
        validate: (value) => shortTextFault(value, min) === undefined,
        defaultMessage: (args) => `$property ${shortTextFault(args?.value, min)}`,
      },
    },
    options,
  );
}

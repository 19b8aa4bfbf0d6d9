import { ValidateBy, type ValidationOptions } from 'class-validator';

/** A string or a number; not an integer that JSON numbers can't hold exactly, as it would name another user. */
export function IsUserId(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isUserId',
      validator: {
        validate: (value) =>
          typeof value === 'string' || (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))),
        defaultMessage: () => '$property must be a string or a number; send an integer beyond ±(2^53−1) as a string',
      },
    },
    options,
  );
}

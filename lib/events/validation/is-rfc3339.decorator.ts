import { ValidateBy, type ValidationOptions } from 'class-validator';
import { parseRfc3339 } from './rfc3339.js';

/** An RFC 3339 date-time with an offset, from year 1 to 9999. */
export function IsRfc3339(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isRfc3339',
      validator: {
        validate: (value) => typeof value === 'string' && parseRfc3339(value) !== undefined,
        defaultMessage: () => '$property must be an RFC 3339 date-time with an offset, such as 2026-01-02T03:04:05.678Z',
      },
    },
    options,
  );
}

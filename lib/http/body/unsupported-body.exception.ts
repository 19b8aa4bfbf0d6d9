import { UnsupportedMediaTypeException } from '@nestjs/common';

/** A body of another media type than the route takes, or in a coding that is not known. */
export class UnsupportedBodyException extends UnsupportedMediaTypeException {
  /** What would be taken (RFC 9110 §15.5.16). */
  readonly headers: Record<string, string>;

  constructor(message: string, taken: readonly string[]) {
    super(message);
    this.headers = { Accept: taken.join(', '), 'Accept-Encoding': 'gzip, deflate, br, identity' };
  }
}

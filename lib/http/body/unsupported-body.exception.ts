import { UnsupportedMediaTypeException } from '@nestjs/common';

/** A body of another media type than the route takes, or compressed. */
export class UnsupportedBodyException extends UnsupportedMediaTypeException {
  /** What would be taken (RFC 9110 §15.5.16). */
  readonly headers: Record<string, string>;

  constructor(message: string, mediaType: string) {
    super(message);
    this.headers = { Accept: mediaType, 'Accept-Encoding': 'identity' };
  }
}

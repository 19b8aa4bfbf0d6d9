import { ServiceUnavailableException } from '@nestjs/common';

/**
 * A 503 of the module's own, whose text the caller may read: it says what can't be done right now. The text of any other 5xx
 * stays in the log, as it may hold SQL, paths or data.
 */
export class UnavailableException extends ServiceUnavailableException {
  /** `cause` goes to the log. */
  constructor(
    readonly publicDetail: string,
    cause: unknown,
  ) {
    super(publicDetail, { cause });
  }
}

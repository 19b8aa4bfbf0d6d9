import { isUnavailable } from '../diagnostics/status-of.js';
import { causeOf } from '../diagnostics/store-error.js';
import { UnavailableException } from '../http/unavailable.exception.js';

/** What the caller of a route is told of a store that can't be reached, whose own text stays in the log; else the error itself. */
export function notStored(error: unknown): unknown {
  if (!isUnavailable(error) || error instanceof UnavailableException) return error;
  return new UnavailableException('The event could not be stored right now; send it again later', causeOf(error));
}

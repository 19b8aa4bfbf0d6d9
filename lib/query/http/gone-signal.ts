import { rawResponse } from '../../http/http-request.js';

/** One for all: an error of its own for each answer, which nobody reads, would take longer than most queries do to be parsed. */
const GONE = new Error('The client has gone');

/** Aborts when nobody waits for an answer any more, as its client has gone. */
export function goneSignal(response: object): AbortSignal {
  const gone = new AbortController();
  const raw = rawResponse(response);
  if (raw.destroyed) gone.abort(GONE);
  else raw.once('close', () => gone.abort(GONE));
  return gone.signal;
}

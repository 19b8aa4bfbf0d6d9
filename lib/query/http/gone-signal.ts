import { rawResponse } from '../../http/http-request.js';

/** Aborts when nobody waits for an answer any more, as its client has gone. */
export function goneSignal(response: object): AbortSignal {
  const gone = new AbortController();
  const raw = rawResponse(response);
  if (raw.destroyed) gone.abort();
  else raw.once('close', () => gone.abort());
  return gone.signal;
}

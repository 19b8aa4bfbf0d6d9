import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

// On the request itself: a WeakMap of all requests would make each garbage collection longer.
const HIDDEN = Symbol('EVENT_LOG:HIDDEN_HEADERS');

type Request = IncomingMessage & { [HIDDEN]?: IncomingHttpHeaders };

/** Takes these headers, sent or not, away from whatever of the host sees the request next. */
export function hideHeaders(request: Request, names: readonly string[]): void {
  const { headers } = request;
  const hidden: IncomingHttpHeaders = {};
  for (const name of names) {
    hidden[name] = headers[name];
    if (headers[name] !== undefined) headers[name] = undefined; // to delete it would make the object slow
  }
  request[HIDDEN] = hidden;
}

/** What was hidden; empty where nothing was. */
export function hiddenHeaders(request: Request): IncomingHttpHeaders {
  return request[HIDDEN] ?? {};
}

/** Gives back what was hidden. */
export function showHeaders(request: Request): void {
  const hidden = hiddenHeaders(request);
  for (const name in hidden) if (hidden[name] !== undefined) request.headers[name] = hidden[name];
}

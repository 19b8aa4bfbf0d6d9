import { randomUUID } from 'node:crypto';
import { type HttpRequest, rawRequest } from './http-request.js';

const ACCEPTABLE = /^[A-Za-z0-9._-]{1,128}$/;
// On the request itself: a WeakMap of all requests would make each garbage collection longer.
const REQUEST_ID = Symbol('EVENT_LOG:REQUEST_ID');

/** The caller's `X-Request-Id` where it is fit to be sent back and logged, else a new one. */
export function requestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && ACCEPTABLE.test(header) ? header : `req_${randomUUID()}`;
}

/** The same, one and no other for all that is told of a request: to hooks, in the log and in its answer. */
export function requestIdOf(request: HttpRequest): string {
  const raw = rawRequest(request) as { [REQUEST_ID]?: string };
  return (raw[REQUEST_ID] ??= requestId(request.headers['x-request-id']));
}

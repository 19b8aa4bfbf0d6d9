import type { HttpRequest } from './http-request.js';
import { rawResponse } from './http-request.js';
import { requestId } from './request-id.js';
import { repeatedWarning } from '../diagnostics/repeated-line.js';

/** Whether the host, such as its middleware for time-outs, has answered a request or left it, so that nothing may be written. */
export function isAnswered(response: object): boolean {
  const { headersSent, writableEnded, destroyed } = rawResponse(response);
  return headersSent || writableEnded || destroyed;
}

/** Lets the answer of the host stand, says so, and ends it where the host has only begun it. */
export function leaveAnswer(request: HttpRequest, response: object): void {
  const raw = rawResponse(response);
  if (raw.destroyed) return;
  if (!raw.writableEnded) raw.end();
  const id = requestId(request.headers['x-request-id']);
  repeatedWarning('answered', `Request ${id} was answered by the host before EventLogModule could: its event may be stored.`);
}

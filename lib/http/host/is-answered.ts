import type { IncomingMessage, ServerResponse } from 'node:http';
import { LogLine } from '../../diagnostics/log-line.js';
import { logger } from '../../diagnostics/logger.js';
import { RepeatedLines } from '../../diagnostics/repeated-lines.js';
import { requestId } from '../request-id.js';

const lines = new RepeatedLines((line) => logger.warn(line));

/** Whether nobody has begun to answer, and the client is still there: only then a header may be set. */
export function isOpen(response: ServerResponse): boolean {
  return !response.headersSent && !response.writableEnded && !response.destroyed;
}

/**
 * Whether it is too late to answer with `status`, as other code of the host has answered or the client has gone. The answer of
 * others stands: it is ended where they did not, as Nest does, and the log says so. `taken` is what the framework knows of it.
 */
export function isAnswered(request: IncomingMessage, response: ServerResponse, status: number, taken = false): boolean {
  if (isOpen(response) && !taken) return false;
  if (response.destroyed && !response.writableEnded) return true;
  const id = requestId(request.headers['x-request-id']);
  const what = `was answered by other code of the host, and so not by EventLogModule with ${status}`;
  const line = new LogLine(
    'A request was answered by other code of the host',
    { requestId: id, status },
    `Request ${id} ${what}.`,
  );
  lines.write(`A request ${what}`, line);
  if (response.headersSent && !response.writableEnded) response.end();
  return true;
}

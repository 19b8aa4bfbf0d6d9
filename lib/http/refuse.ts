import type { IncomingMessage, ServerResponse } from 'node:http';
import { LogLine } from '../diagnostics/log-line.js';
import { logger } from '../diagnostics/logger.js';
import { reasonOf } from '../diagnostics/reason-of.js';
import { RepeatedLines } from '../diagnostics/repeated-lines.js';
import { discardBody } from './body/request-body.discard.js';
import { isAnswered } from './host/is-answered.js';
import type { Headers } from './host/host-adapter.js';
import { writeHeaders } from './host/write-headers.js';
import { problemDetailsOf } from './problem-details.js';
import { requestIdOf } from './request-id.js';
import type { ProblemDetails } from './problem-details.interface.js';

const lines = new RepeatedLines((line) => logger.error(line));

/** Answers a request with a problem on Node's own response, before any router or handler sees it. Never rejects. */
export async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  exception: unknown,
  headers: Headers = {},
): Promise<void> {
  try {
    const problem = problemDetailsOf(exception, request);
    send(request, response, problem, { ...headers, ...(!(await discardBody(request)) && { Connection: 'close' }) });
  } catch (error) {
    // The host has put something in the way of its own responses.
    const [requestId, reason] = [requestIdOf(request), reasonOf(error)];
    const message = 'A request could not be refused';
    const text = `Request ${requestId} could not be refused: ${reason}`;
    lines.write(`${message}: ${reason}`, new LogLine(message, { requestId, reason }, text));
    response.destroy();
  }
}

function send(request: IncomingMessage, response: ServerResponse, problem: ProblemDetails, headers: Headers): void {
  if (isAnswered(request, response, problem.status)) return;
  response.statusCode = problem.status;
  writeHeaders(request, response, {
    ...headers,
    'Content-Type': 'application/problem+json',
    'X-Request-Id': problem.requestId,
  });
  response.end(JSON.stringify(problem));
}

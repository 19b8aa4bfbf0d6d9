import { type HttpException, MethodNotAllowedException } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { discardBody } from './body/request-body.discard.js';
import type { ClaimedRoute } from './host/claimed-route.js';
import type { Headers } from './host/host-adapter.js';
import { writeHeaders } from './host/write-headers.js';
import { isAnswered } from './is-answered.js';
import { problemDetailsOf } from './problem-details.js';

/** Answers on Node's own request where no handler of Nest's is to be reached. Never rejects. */
export async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  exception: HttpException,
  headers: Headers = {},
): Promise<void> {
  const problem = problemDetailsOf(exception, request);
  const isOver = await discardBody(request);
  if (isAnswered(response)) return;
  try {
    response.statusCode = problem.status;
    writeHeaders(request, response, {
      ...headers,
      'Content-Type': 'application/problem+json',
      'X-Request-Id': problem.requestId,
      ...(!isOver && { Connection: 'close' }),
    });
    response.end(JSON.stringify(problem));
  } catch {
    response.destroy(); // The host has put something in the way of its own responses.
  }
}

/** Answers a method that a route does not serve, of which Fastify's router knows fewer than Node, and Nest's says 404. */
export function refuseMethod(request: IncomingMessage, response: ServerResponse, route: ClaimedRoute): Promise<void> {
  const exception = new MethodNotAllowedException(`Only ${route.served} is served here`);
  return refuse(request, response, exception, { Allow: route.allow });
}

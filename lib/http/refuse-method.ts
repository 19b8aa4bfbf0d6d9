import { MethodNotAllowedException } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { discardBody } from './body/request-body.discard.js';
import type { ClaimedRoute } from './host/claimed-route.js';
import { writeHeaders } from './host/write-headers.js';
import { problemDetailsOf } from './problem-details.js';

/**
 * Answers a method that a route does not serve with 405. On Node's own request, as Fastify's router knows fewer methods than
 * Node, and Nest's router would answer 404. Never rejects.
 */
export async function refuseMethod(request: IncomingMessage, response: ServerResponse, route: ClaimedRoute): Promise<void> {
  const problem = problemDetailsOf(new MethodNotAllowedException(`Only ${route.served} is served here`), request);
  const over = await discardBody(request);
  if (response.headersSent) return;
  try {
    response.statusCode = problem.status;
    writeHeaders(request, response, {
      Allow: route.allow,
      'Content-Type': 'application/problem+json',
      'X-Request-Id': problem.requestId,
      ...(!over && { Connection: 'close' }),
    });
    response.end(JSON.stringify(problem));
  } catch {
    response.destroy(); // The host has put something in the way of its own responses.
  }
}

import { MethodNotAllowedException } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClaimedRoute } from './host/claimed-route.js';
import { refuse } from './refuse.js';

/**
 * Answers a method that a route does not serve with 405. On Node's own request, as Fastify's router knows fewer methods than
 * Node, and Nest's router would answer 404. Never rejects.
 */
export function refuseMethod(request: IncomingMessage, response: ServerResponse, route: ClaimedRoute): Promise<void> {
  const exception = new MethodNotAllowedException(`Only ${route.served} is served here`);
  return refuse(request, response, exception, { Allow: route.allow });
}

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { EarlyBody } from './body/early-body.js';
import type { OwnRouteOptions } from './own-route.decorator.js';

/** What is known of a request to a route of the module. */
export interface ClaimedRequest {
  /** What its route takes; none for a method that is not served. */
  readonly route?: OwnRouteOptions;
  /** The headers that are withheld from the host, with `undefined` for those that were not sent. */
  readonly withheld: IncomingHttpHeaders;
  /** What of its body was read before a guard had let it pass. */
  early?: EarlyBody;
  /** Whether a guard of the module has seen it. */
  reached?: boolean;
}

// One property of the request itself: a WeakMap of all requests would make each garbage collection longer, and on Express
// each property that is added costs microseconds.
const CLAIMED = Symbol('EVENT_LOG:CLAIMED_REQUEST');

type Request = IncomingMessage & { [CLAIMED]?: ClaimedRequest };

export function setClaimed(request: Request, claimed: ClaimedRequest): void {
  request[CLAIMED] = claimed;
}

export function claimedOf(request: Request): ClaimedRequest | undefined {
  return request[CLAIMED];
}

/** Notes that a request has passed the guards of the host. */
export function markReached(request: IncomingMessage): void {
  const claimed = claimedOf(request);
  if (claimed !== undefined) claimed.reached = true;
}

/** Whether a request to a route of the module was stopped before a guard of the module saw it. */
export function isUnreached(request: IncomingMessage): boolean {
  const claimed = claimedOf(request);
  return claimed !== undefined && !claimed.reached;
}

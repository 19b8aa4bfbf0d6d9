import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { EarlyBody } from './body/early-body.js';
import type { OwnRouteOptions } from './own-route.decorator.js';

/** What is known of a request to a route of the module. */
export interface ClaimedRequest {
  /** What its route takes; none for a method that is not served. */
  readonly route?: OwnRouteOptions;
  /** The headers that are withheld from the host, with `undefined` for those that were not sent. */
  readonly withheld: IncomingHttpHeaders;
  /** Whether `ApiKeyGuard` has asked for its key; until then, whoever refused it was of the host. */
  keyAsked?: boolean;
  /** What of its body was read before a guard had let it pass. */
  early?: EarlyBody;
}

// One property of the request itself: a WeakMap of all requests would make each garbage collection longer, and on Express
// each property that is added costs microseconds.
const CLAIMED = Symbol('EVENT_LOG:CLAIMED_REQUEST');

type Request = IncomingMessage & { [CLAIMED]?: ClaimedRequest };

export function setClaimed(request: Request, claimed: ClaimedRequest): void {
  request[CLAIMED] = claimed;
}

export function noteKeyAsked(request: Request): void {
  const claimed = request[CLAIMED];
  if (claimed !== undefined) claimed.keyAsked = true;
}

export function claimedOf(request: Request): ClaimedRequest | undefined {
  return request[CLAIMED];
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathOf, queryOf, rawRequest } from '../http-request.js';
import { isPlainTarget, readablePath } from '../request-target.js';
import { refuseMethod } from '../refuse-method.js';
import type { ClaimedRoute } from './claimed-route.js';
import { type ExpressLayer, takesPath } from './express-layer.js';
import type { HostAdapter, Take } from './host-adapter.js';
import { isAnswered } from './is-answered.js';
import { claimOwnHandlers } from './own-handlers.js';
import { payloadOf } from './payload-of.js';
import { sendChunks } from './send-chunks.js';
import { writeHeaders } from './write-headers.js';

type Next = () => void;
type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => unknown;

interface ExpressApp {
  use(middleware: Middleware): void;
  router: { stack: ExpressLayer[] };
}

interface Claim {
  readonly layer: ExpressLayer;
  readonly route: ClaimedRoute;
}

/** Where a response is Node's own. */
export const express: HostAdapter = {
  claimRoutes(adapter, ownCors, take) {
    const app: ExpressApp = adapter.getInstance();
    const claims: Claim[] = [];
    claimOwnHandlers(adapter, ownCors, (route, _path, register) => {
      const before = app.router.stack.length;
      register(dispatcherOf(route));
      // The layer stands, whoever replaces the handler in it.
      for (const layer of app.router.stack.slice(before)) claims.push({ route, layer });
    });
    const { stack } = app.router;
    const before = stack.length;
    app.use(claimer(claims, take));
    // Before the host's CORS; and in a testing module the parsers stand before any middleware that a module could add.
    stack.unshift(...stack.splice(before));
  },

  // Not through send(): it digests each body for an ETag, which few clients use, and writes head and body apart.
  answer(request, response, status, headers, body) {
    const raw = response as ServerResponse;
    if (isAnswered(rawRequest(request), raw, status)) return;
    raw.statusCode = status;
    writeHeaders(rawRequest(request), raw, headers);
    raw.end(payloadOf(body));
  },

  async stream(request, response, status, headers, chunks) {
    const raw = response as ServerResponse;
    if (isAnswered(rawRequest(request), raw, status)) return;
    raw.statusCode = status;
    writeHeaders(rawRequest(request), raw, headers);
    await sendChunks(raw, chunks);
  },
};

// Refuses here, not in front of the host: a handler of the host's for another method of the path may stand before ours.
function dispatcherOf(route: ClaimedRoute): Middleware {
  return (request, response, next) => {
    const handler = route.handlerFor(request.method) as Middleware | undefined;
    return handler === undefined ? refuseMethod(request, response, route) : handler(request, response, next);
  };
}

function claimer(claims: readonly Claim[], take: Take): Middleware {
  return function eventLogRoutes(request, response, next) {
    const target = request.url ?? '/';
    const given = pathOf(target);
    const path = given.includes('//') ? given.replaceAll(/\/{2,}/g, '/') : given;
    const claim = claims.find(({ layer }) => takesPath(layer, readablePath(path))) ?? claimByRouter(claims, request);
    if (claim === undefined) return next();
    if (path !== given && isPlainTarget(target)) request.url = path + queryOf(target);
    if (take(request, response, claim.route) === 'pass') next();
  };
}

// Express reads some targets by another parser than ours; what that finds is refused there, so that no parser of the host's looks at it.
function claimByRouter(claims: readonly Claim[], request: IncomingMessage & { path?: string }): Claim | undefined {
  if (isPlainTarget(request.url ?? '/')) return undefined;
  const path = (request.path ?? '/').replaceAll(/\/{2,}/g, '/');
  return claims.find(({ layer }) => takesPath(layer, path));
}

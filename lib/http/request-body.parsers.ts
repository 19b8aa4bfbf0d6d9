import { applyDecorators, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathOf } from './http-request.js';

const OWN_BODY = 'EVENT_LOG:OWN_BODY';

// What @RouteConfig() of @nestjs/platform-fastify sets: it stays where Nest wraps the handler of a path with parameters.
const FASTIFY_ROUTE_CONFIG = '__fastify_route_config__';

/** Marks a handler whose request body no parser of the host may touch. */
export const OwnBody = () =>
  applyDecorators(SetMetadata(OWN_BODY, true), SetMetadata(FASTIFY_ROUTE_CONFIG, { [OWN_BODY]: true }));

type Handler = ReturnType<ExecutionContext['getHandler']>;
type Hide = (request: IncomingMessage, response: ServerResponse) => void;

// Nest copies a handler's metadata to what it registers in the router; so the route is recognised wherever the
// host's prefix and versioning put it.
const ownsBody = (handler: Handler) => Reflect.getMetadata(OWN_BODY, handler) === true;

const claimed = new WeakSet<AbstractHttpAdapter>();

/** Calls `hide` for each request to a marked route before the host's body parsers see it. Throws when called twice. */
export function keepBodyFromParsers(adapter: AbstractHttpAdapter | undefined, hide: Hide): void {
  if (adapter === undefined) return;
  if (claimed.has(adapter)) {
    throw new Error('EventLogModule is imported twice: import it once, with `isGlobal: true` where several modules use it.');
  }
  claimed.add(adapter);
  if (adapter.getType() === 'express') onExpress(adapter.getInstance(), hide);
  if (adapter.getType() === 'fastify') onFastify(adapter.getInstance(), hide);
}

interface ExpressLayer {
  match(path: string): boolean;
  route?: { stack: { handle: Handler }[] };
}

interface ExpressApp {
  use(middleware: (request: IncomingMessage, response: ServerResponse, next: () => void) => void): void;
  router: { stack: ExpressLayer[] };
}

function onExpress(app: ExpressApp, hide: Hide): void {
  let routes: ExpressLayer[] | undefined;
  app.use(function eventLogBody(request, response, next) {
    // Only now are all routes there.
    routes ??= app.router.stack.filter((layer) => layer.route?.stack.some(({ handle }) => ownsBody(handle)));
    const path = pathOf(request.url ?? '/');
    if (routes.some((route) => matches(route, path))) hide(request, response);
    next();
  });
  // In a testing module the parsers stand before any middleware that a module could add.
  const { stack } = app.router;
  stack.unshift(stack.pop() as ExpressLayer);
}

function matches(route: ExpressLayer, path: string): boolean {
  try {
    return route.match(path);
  } catch {
    return false; // a path that can't be decoded: Express will answer it with 400
  }
}

interface FastifyApp {
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): void;
}

interface FastifyRoute {
  handler: Handler;
  config?: Record<string, unknown>;
  onRequest?: unknown;
}

function onFastify(app: FastifyApp, hide: Hide): void {
  app.addHook('onRoute', (route) => {
    // Nest 12 wraps the handler of a path with parameters, Nest 11 leaves out the config of a route for all methods.
    if (route.config?.[OWN_BODY] !== true && !ownsBody(route.handler)) return;
    const hideBody = (request: { raw: IncomingMessage }, reply: { raw: ServerResponse }, done: () => void) => {
      hide(request.raw, reply.raw);
      done();
    };
    route.onRequest = [route.onRequest ?? [], hideBody].flat();
  });
}

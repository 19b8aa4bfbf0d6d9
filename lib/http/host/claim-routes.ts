import { applyDecorators, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathOf, queryOf } from '../http-request.js';

const OWN_BODY = 'EVENT_LOG:OWN_BODY';

// What @RouteConfig() of @nestjs/platform-fastify sets: it stays where Nest wraps the handler of a path with parameters.
const FASTIFY_ROUTE_CONFIG = '__fastify_route_config__';

/** Marks a handler whose request body no parser of the host may touch. */
export const OwnBody = () =>
  applyDecorators(SetMetadata(OWN_BODY, true), SetMetadata(FASTIFY_ROUTE_CONFIG, { [OWN_BODY]: true }));

type Handler = ReturnType<ExecutionContext['getHandler']>;
/** Gets a request before the host does; returns whether it has answered it. */
type Take = (request: IncomingMessage, response: ServerResponse) => boolean;

// Nest copies a handler's metadata to what it registers in the router; so the route is recognised wherever the
// host's prefix and versioning put it.
const ownsBody = (handler: Handler) => Reflect.getMetadata(OWN_BODY, handler) === true;

const claimed = new WeakSet<AbstractHttpAdapter>();

/**
 * Calls `take` for each request to a marked route before the host's body parsers see it; with `ownCors`, its CORS doesn't
 * answer it either. A doubled slash, as from a base URL that ends in one, is taken for one. Throws when called twice.
 */
export function keepFromHost(adapter: AbstractHttpAdapter | undefined, ownCors: boolean, take: Take): void {
  if (adapter === undefined) return;
  if (claimed.has(adapter)) {
    throw new Error('EventLogModule is imported twice: import it once, with `isGlobal: true` where several modules use it.');
  }
  claimed.add(adapter);
  if (adapter.getType() === 'express') onExpress(adapter.getInstance(), take);
  if (adapter.getType() === 'fastify') onFastify(adapter.getInstance(), ownCors, take);
}

interface ExpressLayer {
  match(path: string): boolean;
  route?: { stack: { handle: Handler }[] };
}

interface ExpressApp {
  use(middleware: (request: IncomingMessage, response: ServerResponse, next: () => void) => void): void;
  router: { stack: ExpressLayer[] };
}

function onExpress(app: ExpressApp, take: Take): void {
  let routes: ExpressLayer[] | undefined;
  app.use(function eventLogBody(request, response, next) {
    // Only now are all routes there.
    routes ??= app.router.stack.filter((layer) => layer.route?.stack.some(({ handle }) => ownsBody(handle)));
    const target = request.url ?? '/';
    const given = pathOf(target);
    const path = given.includes('//') ? given.replaceAll(/\/{2,}/g, '/') : given;
    if (!routes.some((route) => matches(route, path))) return next();
    if (path !== given) request.url = path + queryOf(target);
    if (!take(request, response)) next();
  });
  // Before the host's CORS; and in a testing module the parsers stand before any middleware that a module could add.
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
  readonly initialConfig: { ignoreDuplicateSlashes?: boolean; routerOptions?: { ignoreDuplicateSlashes?: boolean } };
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): void;
  route(route: FastifyRoute): void;
}

interface FastifyRoute {
  url: string;
  handler: Handler;
  config?: Record<string, unknown>;
  onRequest?: unknown;
}

interface FastifyReply {
  raw: ServerResponse;
  hijack(): void;
}

function onFastify(app: FastifyApp, ownCors: boolean, take: Take): void {
  const { ignoreDuplicateSlashes, routerOptions } = app.initialConfig;
  const oneSlashIsMany = ignoreDuplicateSlashes ?? routerOptions?.ignoreDuplicateSlashes ?? false;
  const takeRequest = (request: { raw: IncomingMessage }, reply: FastifyReply, done: () => void) => {
    if (take(request.raw, reply.raw)) reply.hijack();
    else done();
  };
  app.addHook('onRoute', (route) => {
    // Nest 12 wraps the handler of a path with parameters, Nest 11 leaves out the config of a route for all methods.
    if (route.config?.[OWN_BODY] !== true && !ownsBody(route.handler)) return;
    // Fastify matches paths before any hook of a module: so each doubled slash is a route of its own.
    if (!oneSlashIsMany && !route.url.includes('//')) {
      for (const { index } of route.url.matchAll(/\//g)) {
        app.route({ ...route, url: `${route.url.slice(0, index)}/${route.url.slice(index)}` });
      }
    }
    route.onRequest = [route.onRequest ?? [], takeRequest].flat();
    // Where @fastify/cors looks, which the host's enableCors() is.
    if (ownCors) route.config = { ...route.config, cors: { origin: false } };
  });
}

import type { AbstractHttpAdapter } from '@nestjs/core';
import { pathOf } from '../http-request.js';
import { refuseMethod } from '../refuse-method.js';
import type { ClaimedRoute } from './claimed-route.js';
import type { FastifyApp, FastifyHook, FastifyReply, FastifyRequest, FastifyRoute } from './fastify.interface.js';
import type { Take } from './host-adapter.js';
import { claimOwnHandlers } from './own-handlers.js';
import { mendTargets } from './mend-targets.js';
import { depthOf, matchesPath, pathPattern } from './path-pattern.js';

interface Claim {
  readonly route: ClaimedRoute;
  readonly path: RegExp;
  readonly hook: FastifyHook;
}

/** The parameter at the end of a path. */
const PARAMETER = /\/:\w+$/;

type FastifyHandler = (request: FastifyRequest, reply: FastifyReply) => unknown;

export function claimFastifyRoutes(adapter: AbstractHttpAdapter, ownCors: boolean, take: Take): void {
  const app: FastifyApp = adapter.getInstance();
  const claims: Claim[] = [];
  let claiming: FastifyHook | undefined;
  app.addHook('onRoute', (route) => {
    if (claiming !== undefined) claimRoute(app, route, ownCors, claiming);
  });
  app.addHook('onRequest', refuseUnrouted(claims));
  mendTargets(app.server, (target) => claims.some(({ path }) => matchesPath(path, target)));
  claimOwnHandlers(adapter, ownCors, (route, path, register) => {
    const hook = hookOf(route, path, take);
    claims.push({ route, hook, path: pathPattern(path) });
    // Routes are registered within this call: so they are known without a look at handlers, which tracers wrap.
    claiming = hook;
    // A parameter of Fastify's may have 100 characters, what a wildcard takes any number.
    register(dispatcherOf(route), path.replace(PARAMETER, '/*'));
    claiming = undefined;
  });
}

function claimRoute(app: FastifyApp, route: FastifyRoute, ownCors: boolean, hook: FastifyHook): void {
  const { ignoreDuplicateSlashes, routerOptions } = app.initialConfig;
  // Fastify matches paths before any hook: so each doubled slash is a route of its own, unless the router ignores them.
  if (!(ignoreDuplicateSlashes ?? routerOptions?.ignoreDuplicateSlashes) && !route.url.includes('//')) {
    for (const { index } of route.url.matchAll(/\//g)) {
      app.route({ ...route, url: `${route.url.slice(0, index)}/${route.url.slice(index)}` });
    }
  }
  route.onRequest = [route.onRequest ?? [], hook].flat();
  // @fastify/cors, which the host's enableCors() is, looks here.
  if (ownCors) route.config = { ...route.config, cors: { origin: false } };
}

// Refuses before Fastify reads the body: it answers QUERY without a media type itself.
function hookOf(route: ClaimedRoute, path: string, take: Take): FastifyHook {
  const depth = PARAMETER.test(path) ? depthOf(path) : undefined;
  return ({ raw }, reply, done) => {
    // What a wildcard takes beyond the parameter that it stands for is the host's.
    if (depth !== undefined && depthOf(pathOf(raw.url ?? '/')) !== depth) return reply.callNotFound();
    const answered = take(raw, reply.raw, route) === 'answered';
    if (!answered && route.handlerFor(raw.method) !== undefined) return done();
    reply.hijack();
    if (!answered) void refuseMethod(raw, reply.raw, route);
  };
}

// Fastify's router knows fewer methods than Node, and to add one would add it to the host's routes for all methods, too.
function refuseUnrouted(claims: readonly Claim[]): FastifyHook {
  return (request, reply, done) => {
    if (!request.is404) return done();
    const { method, url = '/' } = request.raw;
    const claim = claims.find(({ route, path }) => route.handlerFor(method) === undefined && matchesPath(path, url));
    if (claim === undefined) done();
    else claim.hook(request, reply, done);
  };
}

function dispatcherOf(route: ClaimedRoute): FastifyHandler {
  return (request, reply) => (route.handlerFor(request.raw.method) as FastifyHandler | undefined)?.(request, reply);
}

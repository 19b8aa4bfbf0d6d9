import type { AbstractHttpAdapter } from '@nestjs/core';
import { ownRouteOf, type OwnRouteOptions } from '../own-route.decorator.js';
import { ClaimedRoute, type Handler } from './claimed-route.js';
import { RouteConflicts } from './route-conflicts.js';

/** Registers a path with `handler` as Nest would have done with its own; `at` is how the framework's router best takes it. */
type Register = (handler: Handler, at?: string) => void;

type Registration = (path: unknown, ...handlers: unknown[]) => unknown;

interface Registrations extends Partial<Record<HostMethod, Registration>> {
  all: Registration;
  applyVersionFilter(handler: Handler, ...version: unknown[]): Handler;
}

const HOST_METHODS = ['all', 'get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'search'] as const;
type HostMethod = (typeof HOST_METHODS)[number];

/**
 * Calls `claim` once for each path of the module's, at the moment when Nest registers it. At that moment alone a handler
 * surely bears its metadata and its path is the whole one, with prefix and version: what stands in the router of Express or
 * Fastify may be the wrapper of a tracer.
 */
export function claimOwnHandlers(
  adapter: AbstractHttpAdapter,
  ownCors: boolean,
  claim: (route: ClaimedRoute, path: string, register: Register) => void,
): void {
  const host = adapter as Registrations;
  const all = host.all.bind(host);
  const routes = new Map<string, ClaimedRoute>();
  const conflicts = new RouteConflicts(adapter);
  const unfiltered = rememberUnfiltered(host);
  const claimOwn = (path: string, handler: Handler, options: OwnRouteOptions) => {
    const known = routes.get(path);
    const twice = options.methods.find((method) => known?.handlerFor(method) !== undefined);
    if (twice !== undefined) throw new Error(`Two modules serve ${twice} ${path}: give each a \`path\` of its own.`);
    const route = known ?? new ClaimedRoute(path, ownCors);
    route.add(options, innermost(handler, unfiltered));
    if (known !== undefined) return;
    routes.set(path, route);
    conflicts.addOfModule(route.served, path, handler);
    // For all methods, whichever Nest registers it for: those that are not served must be refused as our problems.
    claim(route, path, (dispatch, at = path) => all(at, named(dispatch, handler.name)));
  };

  watchRoutes(host, (method, path, handler) => {
    if (typeof path !== 'string' || typeof handler !== 'function') return false;
    const options = ownRouteOf(handler);
    if (options !== undefined) claimOwn(path, handler as Handler, options);
    // A version tells apart what shares a path.
    else if (!unfiltered.has(handler as Handler)) conflicts.addOfHost(method, path, handler as Handler);
    return options !== undefined;
  });
}

// Remembers what stands behind the host's filter for versions: a client of the contract knows of none to send.
function rememberUnfiltered(host: Registrations): WeakMap<Handler, Handler> {
  const { applyVersionFilter } = host;
  const unfiltered = new WeakMap<Handler, Handler>();
  host.applyVersionFilter = function (handler, ...version) {
    const filtered = applyVersionFilter.call(this, handler, ...version);
    unfiltered.set(filtered, handler); // on Fastify, the filter is a property of the same handler
    return filtered;
  };
  return unfiltered;
}

/** Tells of each route that Nest registers; one that is `taken` is not registered. */
function watchRoutes(host: Registrations, taken: (method: string, path: unknown, handler: unknown) => boolean): void {
  for (const method of HOST_METHODS) {
    const register = host[method];
    if (register === undefined) continue;
    host[method] = function (path, ...handlers) {
      return taken(method.toUpperCase(), path, handlers[0]) ? undefined : register.call(this, path, ...handlers);
    };
  }
}

function innermost(handler: Handler, unfiltered: WeakMap<Handler, Handler>): Handler {
  const inner = unfiltered.get(handler);
  return inner === undefined || inner === handler ? handler : innermost(inner, unfiltered);
}

// Tracers and logs tell a handler by its name.
function named(handler: Handler, name: string): Handler {
  return Object.defineProperty(handler, 'name', { value: name, configurable: true });
}

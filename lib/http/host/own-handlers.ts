import type { AbstractHttpAdapter } from '@nestjs/core';
import { ownRouteOf } from '../own-route.decorator.js';
import { ClaimedRoute, type Handler } from './claimed-route.js';
import { RouteConflicts } from './route-conflicts.js';

/** Registers a path with `handler` as Nest would have done with its own. */
type Register = (handler: Handler) => void;

type Registration = (path: unknown, ...handlers: unknown[]) => unknown;

interface Registrations extends Record<(typeof FOREIGN_METHODS)[number] | 'all', Registration> {
  applyVersionFilter(handler: Handler, ...version: unknown[]): Handler;
}

const FOREIGN_METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
/** What Nest copies from the method of a controller to its handler; middleware that is bound to a method has none. */
const ROUTE_METADATA = 'path';

const claimed = new WeakSet<AbstractHttpAdapter>();

/**
 * Calls `claim` once for each path of the module's, at the moment when Nest registers it. At that moment alone a handler
 * surely bears its metadata and its path is the whole one, with prefix and version: what stands in the router of Express or
 * Fastify may be the wrapper of a tracer. Throws when called twice, and later where a route of the host's is in the way.
 */
export function claimOwnHandlers(
  adapter: AbstractHttpAdapter,
  ownCors: boolean,
  claim: (route: ClaimedRoute, path: string, register: Register) => void,
): void {
  if (claimed.has(adapter)) {
    throw new Error('EventLogModule is imported twice: import it once, with `isGlobal: true` where several modules use it.');
  }
  claimed.add(adapter);
  const host = adapter as unknown as Registrations;
  const conflicts = new RouteConflicts();
  const unfiltered = rememberUnfiltered(host);
  const routes = new Map<string, ClaimedRoute>();
  const { all } = host;
  watchForeign(host, conflicts, unfiltered);

  host.all = function (path, ...handlers) {
    const [handler] = handlers as Handler[];
    const options = typeof path === 'string' && typeof handler === 'function' ? ownRouteOf(handler) : undefined;
    if (options === undefined) {
      noteForeign(conflicts, unfiltered, 'all', path, handler);
      return all.call(this, path, ...handlers);
    }
    const known = routes.get(path as string);
    const route = known ?? new ClaimedRoute(ownCors);
    route.add(options, innermost(handler, unfiltered));
    conflicts.addOwn(path as string, route);
    if (known !== undefined) return;
    routes.set(path as string, route);
    claim(route, path as string, (dispatch) => all.call(this, path, named(dispatch, handler.name)));
  };
}

// Remembers what stands behind the host's filter for versions: a client of the contract knows of none to send.
function rememberUnfiltered(host: Registrations): WeakMap<Handler, Handler> {
  const { applyVersionFilter } = host;
  const unfiltered = new WeakMap<Handler, Handler>();
  host.applyVersionFilter = function (handler, ...version) {
    const filtered = applyVersionFilter.call(this, handler, ...version);
    if (filtered !== handler) unfiltered.set(filtered, handler);
    return filtered;
  };
  return unfiltered;
}

function watchForeign(host: Registrations, conflicts: RouteConflicts, unfiltered: WeakMap<Handler, Handler>): void {
  for (const method of FOREIGN_METHODS) {
    const register = host[method];
    host[method] = function (path, ...handlers) {
      noteForeign(conflicts, unfiltered, method, path, handlers[0]);
      return register.call(this, path, ...handlers);
    };
  }
}

// A handler behind a filter for versions passes on what is of none of its versions, and so leaves the module its requests.
function noteForeign(conflicts: RouteConflicts, unfiltered: WeakMap<Handler, Handler>, ...route: ForeignRegistration): void {
  const [method, path, handler] = route;
  if (typeof path !== 'string' || typeof handler !== 'function' || unfiltered.has(handler as Handler)) return;
  if (Reflect.hasMetadata(ROUTE_METADATA, handler)) conflicts.addForeign(method, path);
}

type ForeignRegistration = [method: string, path: unknown, handler: unknown];

function innermost(handler: Handler, unfiltered: WeakMap<Handler, Handler>): Handler {
  const inner = unfiltered.get(handler);
  return inner === undefined ? handler : innermost(inner, unfiltered);
}

// Tracers and logs tell a handler by its name.
function named(handler: Handler, name: string): Handler {
  return Object.defineProperty(handler, 'name', { value: name, configurable: true });
}

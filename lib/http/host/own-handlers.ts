import type { AbstractHttpAdapter } from '@nestjs/core';
import { ownRouteOf } from '../own-route.decorator.js';
import { ClaimedRoute, type Handler } from './claimed-route.js';
import { RouteConflicts } from './route-conflicts.js';

/** Registers a path with `handler` as Nest would have done with its own. */
type Register = (handler: Handler) => void;

type Registration = (path: unknown, ...handlers: unknown[]) => unknown;

interface Registrations extends Partial<Record<HostMethod, Registration>> {
  all: Registration;
  applyVersionFilter(handler: Handler, ...version: unknown[]): Handler;
}

const HOST_METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'search'] as const;
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
  const { all } = host;
  const routes = new Map<string, ClaimedRoute>();
  const conflicts = new RouteConflicts(adapter);
  const unfiltered = rememberUnfiltered(host);
  // A version tells apart what shares a path.
  const noteHostRoute = (method: string, path: unknown, handler: unknown) => {
    if (typeof path !== 'string' || typeof handler !== 'function' || unfiltered.has(handler as Handler)) return;
    conflicts.addOfHost(method, path, handler as Handler);
  };
  watchHostRoutes(host, noteHostRoute);

  host.all = function (path, ...handlers) {
    const [handler] = handlers as Handler[];
    const options = typeof path === 'string' && typeof handler === 'function' ? ownRouteOf(handler) : undefined;
    if (options === undefined) {
      noteHostRoute('ALL', path, handler);
      return all.call(this, path, ...handlers);
    }
    const known = routes.get(path as string);
    const twice = options.methods.find((method) => known?.handlerFor(method) !== undefined);
    if (twice !== undefined) throw new Error(`Two intakes serve ${twice} ${path as string}: give each a \`path\` of its own.`);
    const route = known ?? new ClaimedRoute(ownCors);
    route.add(options, innermost(handler, unfiltered));
    if (known !== undefined) return;
    routes.set(path as string, route);
    conflicts.addOfModule(route.served, path as string, handler);
    claim(route, path as string, (dispatch) => all.call(this, path, named(dispatch, handler.name)));
  };
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

function watchHostRoutes(host: Registrations, note: (method: string, path: unknown, handler: unknown) => void): void {
  for (const method of HOST_METHODS) {
    const register = host[method];
    if (register === undefined) continue;
    host[method] = function (path, ...handlers) {
      note(method.toUpperCase(), path, handlers[0]);
      return register.call(this, path, ...handlers);
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

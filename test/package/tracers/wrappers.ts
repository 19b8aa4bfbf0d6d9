import type { ExpressAdapter } from '@nestjs/platform-express';
import type { FastifyAdapter } from '@nestjs/platform-fastify';

/** What tracers do to a host: each handler is replaced by a function of theirs, without the metadata of the one that it calls. */

type Handler = (...args: unknown[]) => unknown;

function wrapper(handler: Handler): Handler {
  return function (this: unknown, ...args: unknown[]) {
    (globalThis.spans ??= []).push('handler');
    return handler.apply(this, args);
  };
}

interface Route {
  stack: { handle: Handler }[];
  [method: string]: unknown;
}

/** Wraps what Express puts into the stack of each route, as dd-trace 5 did; in the whole process. */
export function wrapExpressRoutes(adapter: ExpressAdapter): void {
  const route: unknown = adapter.getInstance().route('/wrapped');
  const prototype = Object.getPrototypeOf(route) as Route;
  for (const name of Object.keys(prototype)) {
    const original = prototype[name];
    if (name === 'dispatch' || name.startsWith('_') || typeof original !== 'function') continue;
    prototype[name] = function (this: Route, ...args: unknown[]) {
      const before = this.stack.length;
      const result: unknown = original.apply(this, args);
      for (const layer of this.stack.slice(before)) layer.handle = Object.assign(wrapper(layer.handle), layer.handle);
      return result;
    };
  }
}

/** Wraps the handler of each route in a hook that runs before any of the module's, as Sentry and New Relic do. */
export function wrapFastifyRoutes(adapter: FastifyAdapter): void {
  adapter.getInstance().addHook('onRoute', (route) => {
    route.handler = wrapper(route.handler as Handler) as typeof route.handler;
  });
}

import type { AbstractHttpAdapter } from '@nestjs/core';
import { logger } from '../../diagnostics/logger.js';
import type { Handler } from './claimed-route.js';
import { warnOfPartedRoutes } from './parted-routes.js';
import { pathPattern } from './path-pattern.js';

interface Registered {
  readonly method: string;
  readonly name: string;
}

/**
 * Finds controllers of the host's on paths of the module's. On Express the one that is registered first wins and the other is
 * never reached, which nothing would tell; Fastify refuses to boot, with a message that names neither.
 */
export class RouteConflicts {
  private readonly ofHost = new Map<string, Registered[]>();
  private readonly ofModule = new Map<string, string>();

  constructor(private readonly adapter: AbstractHttpAdapter) {}

  addOfHost(method: string, path: string, handler: Handler): void {
    // Nest registers middleware in the same way, but gives the metadata of a route to handlers alone.
    if (!Reflect.hasMetadata('path', handler)) return;
    const registered = { method, name: handler.name };
    this.ofHost.set(path, [...(this.ofHost.get(path) ?? []), registered]);
    const own = this.ofModule.get(path);
    if (own !== undefined) this.report(path, registered, own, own);
  }

  addOfModule(methods: string, path: string, handler: Handler): void {
    warnOfPartedRoutes(path, [...this.ofModule.keys()]);
    this.ofModule.set(path, handler.name);
    for (const [taken, routes] of this.ofHost) {
      // One with parameters takes what it matches, where it comes first; on Fastify the plainer one does.
      if (taken !== path && (path.includes(':') || this.isFastify || !pathPattern(taken).test(path))) continue;
      // Pages of the host on any path may have the methods that the module does not serve.
      const rivals = taken === path ? routes : routes.filter(({ method }) => `ALL, ${methods}`.split(', ').includes(method));
      for (const registered of rivals) this.report(taken, registered, handler.name, registered.name);
    }
  }

  private get isFastify(): boolean {
    return this.adapter.getType() === 'fastify';
  }

  private report(path: string, { method, name }: Registered, ownName: string, first: string): void {
    const message =
      `The route ${method} ${path} of ${name} and the route of EventLogModule (${ownName}) serve the same path: ` +
      'give one of them another, EventLogModule by its `path`.';
    if (this.isFastify) throw new Error(message);
    logger.error(`${message} Until then only ${first} is reached by ${method}, as it was registered first.`);
  }
}

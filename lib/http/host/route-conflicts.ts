import type { AbstractHttpAdapter } from '@nestjs/core';
import { logger } from '../../diagnostics/logger.js';
import type { Handler } from './claimed-route.js';
import { type ExpressLayer, takesPath } from './express-layer.js';
import { partingOf } from './parted-routes.js';

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
  private parting?: string;

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
    this.warnOfParting(path, Reflect.getMetadata('path', handler) as string | string[]);
    this.ofModule.set(path, handler.name);
    for (const [taken, routes] of this.ofHost) {
      if (taken !== path && !this.isReachedFirst(taken, path)) continue;
      // Pages of the host on any path may have the methods that the module does not serve.
      const rivals = taken === path ? routes : routes.filter(({ method }) => `ALL, ${methods}`.split(', ').includes(method));
      for (const registered of rivals) this.report(taken, registered, handler.name, registered.name);
    }
  }

  // Once, as one of several routes that a prefix parts is like the other.
  private warnOfParting(path: string, ofMethod: string | string[]): void {
    const own = [ofMethod].flat().find((one) => path.endsWith(`/${one}`));
    if (this.parting !== undefined || own === undefined) return;
    this.parting = partingOf(path, own, [...this.ofModule.keys()]);
    if (this.parting !== undefined) logger.warn(this.parting);
  }

  // A route with parameters or wildcards takes what it matches, where it comes first; on Fastify the plainer one does.
  private isReachedFirst(taken: string, path: string): boolean {
    if (this.isFastify) return false;
    const { stack } = this.adapter.getInstance<{ router: { stack: ExpressLayer[] } }>().router;
    return stack.some((layer) => layer.route?.path === taken && takesPath(layer, path));
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

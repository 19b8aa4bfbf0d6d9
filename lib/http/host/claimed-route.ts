import type { OwnRouteOptions } from '../own-route.decorator.js';

/** A handler as Nest gives it to a router: with `next` on Express, without on Fastify. */
export type Handler = (...args: never[]) => unknown;

interface Served {
  readonly options: OwnRouteOptions;
  readonly handler: Handler;
}

/** A path of the module's, and who serves which method of it. */
export class ClaimedRoute {
  /** The methods that it serves, as `Access-Control-Allow-Methods` and people read it. */
  served = '';
  /** The same with OPTIONS, where the module answers that. */
  allow = '';
  private readonly byMethod = new Map<string | undefined, Served>();

  constructor(
    /** As Nest registers it, with prefix, version and names of parameters. */
    readonly path: string,
    private readonly ownCors: boolean,
  ) {}

  add(options: OwnRouteOptions, handler: Handler): void {
    for (const method of options.methods) {
      this.byMethod.set(method, { options, handler });
      if (method === 'GET') this.byMethod.set('HEAD', { options, handler });
    }
    this.served = [...this.byMethod.keys()].join(', ');
    this.allow = this.ownCors ? `${this.served}, OPTIONS` : this.served;
  }

  optionsFor(method: string | undefined): OwnRouteOptions | undefined {
    return this.byMethod.get(method)?.options;
  }

  handlerFor(method: string | undefined): Handler | undefined {
    return this.byMethod.get(method)?.handler;
  }
}

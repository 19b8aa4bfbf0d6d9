import type { ClaimedRoute } from './claimed-route.js';
import { pathPattern } from './path-pattern.js';

interface ForeignRoute {
  readonly method: string;
  readonly path: string;
}

/** Refuses routes of the host's that would take requests from the module's, or would never get their own. */
export class RouteConflicts {
  private readonly foreign: ForeignRoute[] = [];
  private readonly own: { path: string; route: ClaimedRoute }[] = [];

  /** `method` is the adapter's, `all` for every one. A route of another path may come after the module's, whatever it matches. */
  addForeign(method: string, path: string): void {
    const foreign = { method, path };
    const taken = this.own.find((own) => isSamePath(own.path, path) && isServed(own.route, method));
    if (taken !== undefined) throw conflict(foreign, taken.path);
    this.foreign.push(foreign);
  }

  /** To be called when the route knows what it serves. */
  addOwn(path: string, route: ClaimedRoute): void {
    const taking = this.foreign.find((foreign) => isServed(route, foreign.method) && comesFirst(foreign.path, path));
    if (taking !== undefined) throw conflict(taking, path);
    this.own.push({ path, route });
  }
}

function comesFirst(foreign: string, own: string): boolean {
  return isSamePath(foreign, own) || (!own.includes(':') && pathPattern(foreign).test(own));
}

function isSamePath(a: string, b: string): boolean {
  return trimmed(a) === trimmed(b);
}

function trimmed(path: string): string {
  return path.replaceAll(/\/+/g, '/').replace(/\/$/, '').toLowerCase();
}

function isServed(route: ClaimedRoute, method: string): boolean {
  return method === 'all' || route.handlerFor(method.toUpperCase()) !== undefined;
}

function conflict({ method, path }: ForeignRoute, own: string): Error {
  const name = `${method === 'all' ? 'every method' : method.toUpperCase()} ${path}`;
  return new Error(
    `A controller of the host's serves ${name}, and EventLogModule ${own}: one of them would never be called. Give EventLogModule another \`path\`, or the controller another route${isSamePath(path, own) ? '' : ', or import the module of the controller after EventLogModule'}.`,
  );
}

import type { EventLogExtras } from './event-log-extras.interface.js';
import { typeName } from './options/checks/type-name.js';

/** By these names Nest tells extras from options. */
export const NO_EXTRAS: Record<keyof EventLogExtras, undefined> = {
  route: undefined,
  path: undefined,
  storage: undefined,
  keyStore: undefined,
  entityTypes: undefined,
  hooks: undefined,
  imports: undefined,
  decorators: undefined,
  isGlobal: undefined,
};

/** Throws a `TypeError` where `route` is wrong, or where other extras are about a route that is not served. */
export function checkRoute({ route = true, path, decorators }: EventLogExtras): void {
  if (typeof route !== 'boolean') throw new TypeError(`Expected \`route\` to be true or false, got ${typeName(route)}.`);
  if (route || (path ?? decorators) === undefined) return;
  const extra = path === undefined ? 'decorators' : 'path';
  throw new TypeError(`\`${extra}\` is about the route, which \`route: false\` takes away: leave out one of the two.`);
}

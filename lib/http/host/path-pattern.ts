import { loosePathOf } from '../request-target.js';

/** What matches the decoded paths of a route as Nest gives it to Fastify; a doubled slash counts as one slash. */
export function pathPattern(route: string): RegExp {
  return new RegExp(`^${route.split('/').map(segmentPattern).join('/+')}$`);
}

/** Whether a request target is of a route, for any parser. */
export function matchesPath(pattern: RegExp, target: string): boolean {
  const path = loosePathOf(target);
  try {
    return pattern.test(decodeURI(target.includes('\\') ? path.replace(/\/+$/, '') : path));
  } catch {
    return false;
  }
}

function segmentPattern(segment: string): string {
  if (segment === '*') return '.*';
  return segment.includes(':') ? '[^/]+' : segment.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

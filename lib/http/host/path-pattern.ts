import { pathOf } from '../http-request.js';

/** What matches the decoded paths of a route as Nest gives it to Fastify; a doubled slash counts as one slash. */
export function pathPattern(route: string): RegExp {
  return new RegExp(`^${route.split('/').map(segmentPattern).join('/+')}$`);
}

/** Whether a request target is of a route. */
export function matchesPath(pattern: RegExp, target: string): boolean {
  try {
    return pattern.test(decodeURI(pathOf(target)));
  } catch {
    return false;
  }
}

/** How many segments a path has. */
export function depthOf(path: string): number {
  return path.split('/').filter((segment) => segment !== '').length;
}

function segmentPattern(segment: string): string {
  if (segment === '*') return '.*';
  return segment.includes(':') ? '[^/]+' : segment.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

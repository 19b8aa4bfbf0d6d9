import { type HttpRequest, pathOf } from './http-request.js';

/**
 * The id at the end of a request's path. Not by the host's router: Fastify's has parameters of 100 characters, and each decodes in
 * a way of its own. The path can be decoded, else the request was refused before.
 */
export function idOf(request: HttpRequest): string {
  const segments = pathOf(request.originalUrl ?? request.url ?? '/').split('/');
  return decodeURIComponent(segments.findLast((segment) => segment !== '') ?? '');
}

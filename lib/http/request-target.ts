import type { IncomingMessage } from 'node:http';

/** What Node takes of a request's list of names and values where the host does not say otherwise. */
const DEFAULT_MAX_RAW_HEADERS = 2_000;

/** Origin form, or absolute form of a plain authority (RFC 9112 §3.2), without what parsers read differently. */
const PLAIN = /^(?:https?:\/\/[\w.~:[\]-]+)?\/[^\s\\#]*$/;

/** Whether all parsers read the same path in a request target: Express, Fastify, Node and proxies differ on `\`, `#` and user names. */
export function isPlainTarget(target: string): boolean {
  return PLAIN.test(target);
}

/** The path in a form that every router can decode: where it is none, `%` stands for itself. */
export function readablePath(path: string): string {
  return isDecodable(path) ? path : path.replaceAll('%', '%25');
}

export function isDecodable(path: string): boolean {
  if (!path.includes('%')) return true; // as nearly all, for which decoding costs more
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether a request has as many headers as Node takes: it drops the rest, a second `Authorization` among them, in silence. */
export function hasTooManyHeaders({ rawHeaders, socket, httpVersionMajor }: IncomingMessage): boolean {
  if (httpVersionMajor !== 1) return false;
  const { server } = socket as { server?: { maxHeadersCount?: number | null } };
  const limit = typeof server?.maxHeadersCount === 'number' ? 2 * server.maxHeadersCount : DEFAULT_MAX_RAW_HEADERS;
  return limit > 0 && rawHeaders.length >= limit;
}

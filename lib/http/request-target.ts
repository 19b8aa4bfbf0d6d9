import type { IncomingMessage } from 'node:http';
import { pathOf } from './http-request.js';

/** Entries of names and values that Node reads where the server does not say (`maxHeadersCount`). */
const DEFAULT_HEADER_ENTRIES = 2_000;

/** The path of a target as the most tolerant parser reads it, which takes `\\` for a slash and cuts off a fragment. */
export function loosePathOf(target: string): string {
  return pathOf(target.includes('\\') ? target.replaceAll('\\', '/') : target);
}

/**
 * What makes two readers of a request see different things, so that it is refused: a target that parsers read differently, or
 * so many headers that Node has dropped the rest. To be asked before headers are withheld.
 */
export function ambiguityOf(request: IncomingMessage): string | undefined {
  if (/[\\#]/.test(request.url ?? '')) return 'The request target must not contain a backslash or a fragment';
  return hasDroppedHeaders(request) ? 'The request has more headers than are read' : undefined;
}

function hasDroppedHeaders({ httpVersionMajor, rawHeaders, socket }: IncomingMessage): boolean {
  if (httpVersionMajor !== 1) return false;
  const { maxHeadersCount } = (socket as { server?: { maxHeadersCount?: number | null } }).server ?? {};
  const entries = typeof maxHeadersCount === 'number' ? 2 * maxHeadersCount : DEFAULT_HEADER_ENTRIES;
  return entries > 0 && rawHeaders.length >= entries;
}

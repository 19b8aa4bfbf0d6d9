import type { IncomingMessage, Server } from 'node:http';
import { pathOf, queryOf } from '../http-request.js';
import { readablePath } from '../request-target.js';

/**
 * Fastify answers a path that can't be decoded before any hook, in a format of its own. One of the module's is made readable, so
 * that it comes to its route, where it is refused; `originalUrl` is what was sent.
 */
export function mendTargets(server: Server, isOwn: (target: string) => boolean): void {
  server.prependListener('request', (request: IncomingMessage & { originalUrl?: string }) => {
    const target = request.url ?? '/';
    const path = pathOf(target);
    const readable = readablePath(path);
    if (readable === path || !isOwn(readable)) return;
    request.originalUrl = target;
    request.url = readable + queryOf(target);
  });
}

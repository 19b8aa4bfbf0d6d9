import type { IncomingMessage, ServerResponse } from 'node:http';

/** What Express and Fastify requests have in common here. */
export interface HttpRequest {
  readonly headers: IncomingMessage['headers'];
  readonly method?: string;
  readonly url?: string;
  readonly originalUrl?: string;
  /** Address of the client, by the host's setting of `trust proxy`. */
  readonly ip?: string;
  /** Node's own request, where the adapter wraps it (Fastify). */
  readonly raw?: IncomingMessage;
}

/** Node's own request. */
export function rawRequest(request: HttpRequest): IncomingMessage {
  return request.raw ?? (request as IncomingMessage);
}

/** Node's own response. */
export function rawResponse(response: object): ServerResponse {
  return (response as { raw?: ServerResponse }).raw ?? (response as ServerResponse);
}

/** The query of a request target, with its `?`; empty where it has none. */
export function queryOf(target: string): string {
  return /\?[^#]*/.exec(target)?.[0] ?? '';
}

/** The path of a request target in origin or absolute form (RFC 9112 §3.2), without its query. */
export function pathOf(target: string): string {
  const path = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '') || '/';
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}

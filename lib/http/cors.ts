import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClaimedRoute } from './host/claimed-route.js';
import { discardBody } from './body/request-body.discard.js';
import { isAnswered } from './host/is-answered.js';
import { requestId } from './request-id.js';
import { withheldHeaders } from './withheld-headers.js';

/** What a page may send beside what it asks for. */
const ALLOWED_HEADERS = ['authorization', 'content-type', 'x-request-id'];
const MAX_ASKED_HEADERS = 32;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]{1,64}$/;
/** What a page may read of an answer beside its body. */
const EXPOSED_HEADERS = 'x-request-id, retry-after, idempotent-replayed';
const MAX_AGE_SECONDS = '7200';

/** The headers by which the host's CORS would judge, by rules of its own. */
export const CORS_HEADERS = ['origin'];

/** The `Origin` of a request, whether it was withheld or not. */
export function originOf(request: IncomingMessage): string | undefined {
  return withheldHeaders(request).origin ?? request.headers.origin;
}

/**
 * The headers by which a page may read an answer, on any origin: whether that origin is allowed is up to the key, not to the
 * route. None where the origin was not withheld; `undefined` is for what the host may have set. `vary` is the answer's `Vary`.
 */
export function corsHeaders(request: IncomingMessage, vary: unknown): Record<string, string | undefined> {
  const withheld = withheldHeaders(request);
  if (!('origin' in withheld)) return {};
  const origin = withheld.origin || undefined;
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': undefined,
    'Access-Control-Expose-Headers': origin && EXPOSED_HEADERS,
    Vary: withOrigin(vary),
  };
}

/** Answers OPTIONS, of a preflight or not. A body, of which it has no need, is read up to a bound. Never rejects. */
export async function answerOptions(request: IncomingMessage, response: ServerResponse, route: ClaimedRoute): Promise<void> {
  const isOver = !hasBody(request) || (await discardBody(request));
  try {
    if (isAnswered(request, response, 204)) return;
    response.writeHead(204, { ...optionsHeaders(request, route), ...(!isOver && { Connection: 'close' }) });
    response.end();
  } catch {
    response.destroy(); // The host has put something in the way of its own responses.
  }
}

function optionsHeaders(request: IncomingMessage, route: ClaimedRoute): Record<string, string> {
  const origin = originOf(request);
  const preflight = origin !== undefined && request.headers['access-control-request-method'] !== undefined;
  return {
    Allow: route.allow,
    'X-Request-Id': requestId(request.headers['x-request-id']),
    Vary: 'Origin, Access-Control-Request-Headers',
    ...(origin && { 'Access-Control-Allow-Origin': origin }),
    ...(preflight && {
      'Access-Control-Allow-Methods': route.served,
      'Access-Control-Allow-Headers': allowedHeaders(request.headers['access-control-request-headers']),
      'Access-Control-Max-Age': MAX_AGE_SECONDS,
    }),
  };
}

function hasBody(request: IncomingMessage): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = withheldHeaders(request);
  return coding !== undefined || Number(length) > 0;
}

// Tracing in a page adds headers of its own to every request.
function allowedHeaders(asked: string | string[] = ''): string {
  const names = String(asked)
    .toLowerCase()
    .split(',', MAX_ASKED_HEADERS)
    .map((name) => name.trim());
  return [...new Set([...ALLOWED_HEADERS, ...names.filter((name) => HEADER_NAME.test(name))])].join(', ');
}

function withOrigin(vary: unknown): string {
  const fields = [vary ?? []].flat().join(', ');
  if (/(?:^|,)\s*(?:origin|\*)\s*(?:,|$)/i.test(fields)) return fields;
  return fields === '' ? 'Origin' : `${fields}, Origin`;
}

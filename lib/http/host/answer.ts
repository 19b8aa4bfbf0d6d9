import type { AbstractHttpAdapter } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import { corsHeaders } from '../cors.js';
import { type HttpRequest, rawRequest } from '../http-request.js';

type Headers = Record<string, string | undefined>;

/** Sends an answer through what the adapter's host may have put in its way; a header that is `undefined` is taken out. */
export function answer(
  adapter: AbstractHttpAdapter,
  request: HttpRequest,
  response: object,
  status: number,
  headers: Headers,
  body: string,
): void {
  // On Fastify, the host's middleware writes to Node's response.
  const raw = (response as { raw?: ServerResponse }).raw ?? (response as ServerResponse);
  const vary = adapter.getHeader(response, 'Vary') ?? raw.getHeader('Vary');
  Object.assign(headers, corsHeaders(rawRequest(request), vary));
  if (adapter.getType() === 'express') return answerOnExpress(raw, status, headers, body);
  for (const name in headers) {
    if (headers[name] === undefined) raw.removeHeader(name);
    else adapter.setHeader(response, name, headers[name]);
  }
  adapter.reply(response, body, status);
}

// Not through send(): it digests each body for an ETag, which no POST needs, and writes head and body apart.
function answerOnExpress(response: ServerResponse, status: number, headers: Headers, body: string): void {
  response.statusCode = status;
  for (const name in headers) {
    if (headers[name] === undefined) response.removeHeader(name);
    else response.setHeader(name, headers[name]);
  }
  response.end(body);
}

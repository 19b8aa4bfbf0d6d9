import type { AbstractHttpAdapter } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import { corsHeaders } from './cors.js';
import { type HttpRequest, rawRequest } from './http-request.js';

type Headers = [name: string, value: string | undefined][];

/** Sends an answer through what the adapter's host may have put in its way. */
export function answer(
  adapter: AbstractHttpAdapter,
  request: HttpRequest,
  response: object,
  status: number,
  headers: Record<string, string | undefined>,
  body: string,
): void {
  // On Fastify, the host's middleware writes to Node's response.
  const raw = (response as { raw?: ServerResponse }).raw ?? (response as ServerResponse);
  const vary = adapter.getHeader(response, 'Vary') ?? raw.getHeader('Vary');
  const all = Object.entries({ ...headers, ...corsHeaders(rawRequest(request), vary) });
  if (adapter.getType() === 'express') return answerOnExpress(raw, status, all, body);
  for (const [name, value] of all) {
    if (value === undefined) raw.removeHeader(name);
    else adapter.setHeader(response, name, value);
  }
  adapter.reply(response, body, status);
}

// Not through send(): it digests each body for an ETag, which no POST needs, and writes head and body apart.
function answerOnExpress(response: ServerResponse, status: number, headers: Headers, body: string): void {
  response.statusCode = status;
  for (const [name, value] of headers) {
    if (value === undefined) response.removeHeader(name);
    else response.setHeader(name, value);
  }
  response.end(body);
}

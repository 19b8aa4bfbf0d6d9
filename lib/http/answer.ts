import type { AbstractHttpAdapter } from '@nestjs/core';
import type { ServerResponse } from 'node:http';

/** Sends an answer through what the adapter's host may have put in its way. */
export function answer(
  adapter: AbstractHttpAdapter,
  response: object,
  status: number,
  headers: Record<string, string>,
  body: string,
): void {
  if (adapter.getType() === 'express') return answerOnExpress(response as ServerResponse, status, headers, body);
  for (const [name, value] of Object.entries(headers)) adapter.setHeader(response, name, value);
  adapter.reply(response, body, status);
}

// Not through send(): it digests each body for an ETag, which no POST needs, and writes head and body apart.
function answerOnExpress(response: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  response.statusCode = status;
  for (const name in headers) response.setHeader(name, headers[name]);
  response.end(body);
}

import type { IncomingMessage } from 'node:http';

/** The bytes of a chunk of a body, which is a text where code of the host has called `request.setEncoding()`. */
export function chunkBytes(chunk: Buffer | string, { readableEncoding }: IncomingMessage): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, readableEncoding ?? 'utf8') : chunk;
}

import type { ServerResponse } from 'node:http';
import { STALLED_MS } from './live-limits.js';

/** Passes chunks on, and breaks the connection of a client that takes one of them for too long. */
export async function* cutWhenStalled(chunks: AsyncIterable<string>, response: ServerResponse): AsyncGenerator<string> {
  let timer: NodeJS.Timeout | undefined;
  try {
    for await (const chunk of chunks) {
      timer = setTimeout(() => response.destroy(), STALLED_MS).unref();
      yield chunk;
      clearTimeout(timer);
    }
  } finally {
    clearTimeout(timer);
  }
}

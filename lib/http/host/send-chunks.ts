import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { logger } from '../../diagnostics/logger.js';
import { reasonOf } from '../../diagnostics/reason-of.js';
import { stackOf } from '../../diagnostics/stack-of.js';
import type { Chunks } from './host-adapter.js';

/** Sends the head at once, then chunk by chunk; waits where the client reads slower than the source delivers. */
export async function sendChunks(response: ServerResponse, chunks: Chunks): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  if (response.destroyed) gone.abort();
  try {
    response.flushHeaders();
    if (response.req.method !== 'HEAD') await sendEach(response, chunks(gone.signal), gone.signal);
    response.end();
  } catch (error) {
    if (gone.signal.aborted) return;
    // The status is out: only a connection that breaks tells the client that the rest is missing.
    response.destroy();
    logger.error(`A streamed answer was cut off: ${reasonOf(error)}`, stackOf(error));
  }
}

async function sendEach(response: ServerResponse, chunks: ReturnType<Chunks>, gone: AbortSignal): Promise<void> {
  for await (const chunk of chunks) {
    if (gone.aborted) return;
    if (!response.write(chunk)) await once(response, 'drain', { signal: gone });
  }
}

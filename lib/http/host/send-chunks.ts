import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { LogLine } from '../../diagnostics/log-line.js';
import { logger } from '../../diagnostics/logger.js';
import { reasonOf } from '../../diagnostics/reason-of.js';
import { RepeatedLines } from '../../diagnostics/repeated-lines.js';
import { stackOf } from '../../diagnostics/stack-of.js';
import { requestIdOf } from '../request-id.js';
import type { Chunks } from './host-adapter.js';

const lines = new RepeatedLines((line, stack) => logger.error(line, stack));

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
    const [requestId, reason] = [requestIdOf(response.req), reasonOf(error)];
    const message = 'A streamed answer was cut off';
    const text = `The streamed answer to request ${requestId} was cut off: ${reason}`;
    lines.write(`${message}: ${reason}`, new LogLine(message, { requestId, reason }, text), stackOf(error));
  }
}

async function sendEach(response: ServerResponse, chunks: ReturnType<Chunks>, gone: AbortSignal): Promise<void> {
  for await (const chunk of chunks) {
    if (gone.aborted) return;
    if (!response.write(chunk)) await once(response, 'drain', { signal: gone });
  }
}

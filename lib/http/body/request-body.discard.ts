import type { IncomingMessage } from 'node:http';

/** Beyond the largest batch, whose sender must learn that it may try again. */
const MAX_BYTES = 20 * 1024 * 1024;
const MAX_IDLE_MS = 250;
const MAX_MS = 2_000;

/**
 * Reads on, up to a bound, through a body that nobody wants: a client that is still sending when the connection
 * closes loses the answer (RFC 9112 §9.6). Resolves to whether the body is over; if not, it stalled or exceeds the
 * bound, and the connection can't be used again.
 */
export function discardBody(request: IncomingMessage): Promise<boolean> {
  if (request.complete || request.destroyed) {
    return Promise.resolve(true);
  }
  return new Promise((resolve) => {
    let left = MAX_BYTES;
    const over = () => settle(true);
    const givenUp = () => settle(false);
    const deadline = setTimeout(givenUp, MAX_MS);
    const idle = setTimeout(givenUp, MAX_IDLE_MS);
    const onData = (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) givenUp();
      else idle.refresh();
    };
    const settle = (complete: boolean) => {
      clearTimeout(deadline);
      clearTimeout(idle);
      request.off('data', onData).off('end', over).off('close', over).off('error', over);
      resolve(complete);
    };
    request.on('data', onData).on('end', over).on('close', over).on('error', over).resume();
  });
}

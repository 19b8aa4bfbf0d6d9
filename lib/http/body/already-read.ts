import type { IncomingMessage } from 'node:http';
import { claimedOf } from '../claimed-request.js';

/** What was read of a body before the module reads it. */
export interface AlreadyRead {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
  /** Whether a platform has read it, which may have inflated it as well. */
  readonly isOfPlatform: boolean;
}

const NOTHING: AlreadyRead = { bytes: Buffer.alloc(0), isWhole: false, isOfPlatform: false };

/** A whole body that the host's platform has read, or what came while the key was looked up. */
export function takeAlreadyRead(request: IncomingMessage & { rawBody?: unknown }): AlreadyRead {
  const { rawBody } = request;
  if (Buffer.isBuffer(rawBody)) return { bytes: rawBody, isWhole: true, isOfPlatform: true };
  const early = claimedOf(request)?.early;
  return early === undefined ? NOTHING : { bytes: early.takeBytes(), isWhole: early.isWhole, isOfPlatform: false };
}

import type { AbstractHttpAdapter } from '@nestjs/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpRequest } from '../http-request.js';
import type { ClaimedRoute } from './claimed-route.js';

/** Headers of an answer; one that is `undefined` takes away what the host has set. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** Gets each request to a claimed route before the host does, and says whether it has answered it. */
export type Take = (request: IncomingMessage, response: ServerResponse, route: ClaimedRoute) => 'answered' | 'pass';

/** Makes the chunks of a streamed answer; `gone` aborts when the client goes, so that a source that waits can end. */
export type Chunks = (gone: AbortSignal) => AsyncIterable<string | Uint8Array>;

/** All that differs between the frameworks under Nest. */
export interface HostAdapter {
  /**
   * Calls `take` for each request to a route with `@OwnRoute()` before the host's body parsers see it; with `ownCors`, the
   * host's CORS does not answer it either. A doubled slash, as from a base URL that ends in one, counts as one slash.
   */
  claimRoutes(adapter: AbstractHttpAdapter, ownCors: boolean, take: Take): void;
  /** Sends an answer, whatever the host has put in its way. Does nothing where the host has already answered. */
  answer(request: HttpRequest, response: object, status: number, headers: Headers, body: string): void;
  /**
   * Sends status and headers at once, then chunk by chunk, no faster than the client reads. Resolves when all is sent or the
   * client has gone, and never rejects: a source that fails is logged, and its answer is cut off.
   */
  stream(request: HttpRequest, response: object, status: number, headers: Headers, chunks: Chunks): Promise<void>;
}

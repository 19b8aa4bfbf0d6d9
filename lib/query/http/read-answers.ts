import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { AuthenticatedRequest } from '../../auth/authenticated-request.interface.js';
import type { Chunks, Headers } from '../../http/host/host-adapter.js';
import { hostOf } from '../../http/host/host-of.js';
import { requestIdOf } from '../../http/request-id.js';
import { setAnswerHeader } from '../../http/set-answer-header.js';
import type { ReadingOptions } from '../event-filter.interface.js';
import { goneSignal } from './gone-signal.js';
import { readScopeOf } from './read-scope-of.js';

/** What a key reads is for its holder alone, and its text, which strangers wrote, for no browser to guess at. */
const PRIVATE = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

/** An answer that is sent while it is read. */
export interface StreamedAnswer {
  readonly headers: Headers;
  readonly chunks: Chunks;
}

/** Answers requests with what their keys may read, for as long as their clients wait for it. */
@Injectable()
export class ReadAnswers {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** Answers with JSON text. Throws what is to be answered instead of it. */
  async json(request: AuthenticatedRequest, response: object, read: (options: ReadingOptions) => Promise<string>): Promise<void> {
    const text = await this.read(request, response, read);
    if (text === undefined) return;
    const headers = { 'Content-Type': 'application/json; charset=utf-8', 'X-Request-Id': requestIdOf(request) };
    hostOf(this.adapterHost.httpAdapter).answer(request, response, 200, headers, text);
  }

  /** Answers chunk by chunk. Throws what is to be answered instead, until `read` has resolved; then the connection is cut. */
  async stream(
    request: AuthenticatedRequest,
    response: object,
    read: (options: ReadingOptions) => Promise<StreamedAnswer>,
  ): Promise<void> {
    const answer = await this.read(request, response, read);
    if (answer === undefined) return;
    const headers = { ...answer.headers, 'X-Request-Id': requestIdOf(request) };
    await hostOf(this.adapterHost.httpAdapter).stream(request, response, 200, headers, answer.chunks);
  }

  /** Undefined where the client has gone. */
  private async read<T>(
    request: AuthenticatedRequest,
    response: object,
    read: (options: ReadingOptions) => Promise<T>,
  ): Promise<T | undefined> {
    // At once, so that they stand on problems as well.
    for (const [name, value] of Object.entries(PRIVATE)) setAnswerHeader(this.adapterHost.httpAdapter, response, name, value);
    const signal = goneSignal(response);
    try {
      return await read({ scope: readScopeOf(request.apiKey), signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }
}

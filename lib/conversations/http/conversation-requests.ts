import { ForbiddenException, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { AuthenticatedRequest } from '../../auth/authenticated-request.interface.js';
import { holderOf } from '../../auth/holder-of.js';
import { parseJson } from '../../events/parse-json.js';
import { RequestBodyReader } from '../../http/body/request-body.reader.js';
import { hostOf } from '../../http/host/host-of.js';
import { rawRequest } from '../../http/http-request.js';
import { requestIdOf } from '../../http/request-id.js';
import { setAnswerHeader } from '../../http/set-answer-header.js';

const ENTITY_TYPE = 'conversation';

/** What is kept of strangers is for its reader alone, and its text for no browser to guess at. */
const PRIVATE = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

/** Reads and answers requests that the guards let pass. */
@Injectable()
export class ConversationRequests {
  constructor(
    private readonly bodies: RequestBodyReader,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** Answers with the JSON of what `work` resolves to. Throws what is to be answered instead of it. */
  async answer(request: AuthenticatedRequest, response: object, work: () => Promise<object>): Promise<void> {
    // At once, so that they stand on problems as well.
    for (const [name, value] of Object.entries(PRIVATE)) setAnswerHeader(this.adapterHost.httpAdapter, response, name, value);
    checkEntityTypes(request);
    const text = JSON.stringify(await work());
    const headers = { 'Content-Type': 'application/json; charset=utf-8', 'X-Request-Id': requestIdOf(request) };
    hostOf(this.adapterHost.httpAdapter).answer(request, response, 200, headers, text);
  }

  /** What the body holds, of which nothing is known yet. Throws what it is refused with. */
  async body(request: AuthenticatedRequest, what: string): Promise<unknown> {
    const details = { blank: `Send ${what} as the body`, broken: 'The body must be valid JSON' };
    return parseJson(await this.bodies.read(rawRequest(request), holderOf(request)), details);
  }
}

function checkEntityTypes({ apiKey: { entityTypes } }: AuthenticatedRequest): void {
  if (entityTypes == null || entityTypes.includes(ENTITY_TYPE)) return;
  throw new ForbiddenException(`The key is held to entity types of which none is ${ENTITY_TYPE}`);
}

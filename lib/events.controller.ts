import { All, Controller, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiKeyGuard } from './auth/api-key.guard.js';
import { RateLimitGuard } from './auth/rate-limit.guard.js';
import { RequireScopes } from './auth/require-scopes.decorator.js';
import { EventLogService } from './event-log.service.js';
import { serializeEvent } from './events/serialize-event.js';
import { answer } from './http/answer.js';
import { type HttpRequest, rawRequest } from './http/http-request.js';
import { PostOnlyGuard } from './http/post-only.guard.js';
import { ProblemDetailsFilter } from './http/problem-details.filter.js';
import { OwnBody } from './http/request-body.parsers.js';
import { RequestBodyReader } from './http/request-body.reader.js';
import { requestId } from './http/request-id.js';

/** `POST /events`: the wire of the HTTP contract. A host may mount a subclass of it (option `controller`). */
@Controller()
@UseFilters(ProblemDetailsFilter)
export class EventsController {
  constructor(
    private readonly eventLog: EventLogService,
    private readonly body: RequestBodyReader,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  // The request instead of @Body(), and the response instead of a return value: so that pipes and interceptors of the
  // host change neither. All methods, so that others than POST get a problem of ours.
  @All()
  @OwnBody()
  @UseGuards(PostOnlyGuard, ApiKeyGuard, RateLimitGuard)
  @RequireScopes('events:write')
  async log(@Req() request: HttpRequest, @Res() response: object): Promise<void> {
    const text = await this.body.read(rawRequest(request));
    const { event, replayed } = await this.eventLog.logJson(text, request.apiKey, request.keyLookupMs);
    const headers = {
      'Content-Type': 'application/json; charset=utf-8',
      'X-Request-Id': requestId(request.headers['x-request-id']),
      ...(replayed && { 'Idempotent-Replayed': 'true' }),
    };
    answer(this.adapterHost.httpAdapter, response, 200, headers, serializeEvent(event));
  }
}

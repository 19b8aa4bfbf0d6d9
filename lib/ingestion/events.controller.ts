import { All, Controller, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiKeyGuard } from '../auth/api-key.guard.js';
import type { GuardedRequest } from '../auth/authenticated-request.interface.js';
import { BeaconKeyGuard } from '../auth/beacon-key.guard.js';
import { RateLimitGuard } from '../auth/rate-limit.guard.js';
import { RequireScopes } from '../auth/require-scopes.decorator.js';
import { EventLogService } from './event-log.service.js';
import { EntityTypeRegistry } from '../events/entity-types/entity-type.registry.js';
import { serializeEvent } from '../events/serialize-event.js';
import { answer } from '../http/host/answer.js';
import { rawRequest } from '../http/http-request.js';
import { PostOnlyGuard } from '../http/method.guard.js';
import { ProblemDetailsFilter } from '../http/problem-details.filter.js';
import { OwnBody } from '../http/host/claim-routes.js';
import { RequestBodyReader } from '../http/body/request-body.reader.js';
import { requestId } from '../http/request-id.js';
import type { InsertOutcome } from '../storage/event.repository.js';

/** `POST /events` and `POST /events/beacon`: the wire of the HTTP contract. A host may mount a subclass of it (option `controller`). */
@Controller()
@UseFilters(ProblemDetailsFilter)
export class EventsController {
  constructor(
    private readonly eventLog: EventLogService,
    private readonly body: RequestBodyReader,
    private readonly adapterHost: HttpAdapterHost,
    private readonly entityTypes: EntityTypeRegistry,
  ) {}

  // The request instead of @Body(), and the response instead of a return value: so that pipes and interceptors of the
  // host change neither. All methods, so that others than POST get a problem of ours.
  @All()
  @OwnBody()
  @UseGuards(PostOnlyGuard, ApiKeyGuard, RateLimitGuard)
  @RequireScopes('events:write')
  async log(@Req() request: GuardedRequest, @Res() response: object): Promise<void> {
    const { event, replayed } = await this.store(request, 'application/json');
    const headers = { 'Content-Type': 'application/json; charset=utf-8', ...headersOf(request, replayed) };
    answer(this.adapterHost.httpAdapter, request, response, 200, headers, serializeEvent(event, this.entityTypes));
  }

  /** For `navigator.sendBeacon()`, which can send neither a header nor JSON without asking, and reads no answer. */
  @All('beacon')
  @OwnBody()
  @UseGuards(PostOnlyGuard, BeaconKeyGuard, RateLimitGuard)
  @RequireScopes('events:write')
  async logBeacon(@Req() request: GuardedRequest, @Res() response: object): Promise<void> {
    const { replayed } = await this.store(request, 'text/plain');
    answer(this.adapterHost.httpAdapter, request, response, 204, headersOf(request, replayed), '');
  }

  private async store(request: GuardedRequest, mediaType: string): Promise<InsertOutcome> {
    const text = await this.body.read(rawRequest(request), mediaType);
    return this.eventLog.logJson(text, request.apiKey, request.keyLookupMs);
  }
}

function headersOf(request: GuardedRequest, replayed: boolean): Record<string, string> {
  return {
    'X-Request-Id': requestId(request.headers['x-request-id']),
    ...(replayed && { 'Idempotent-Replayed': 'true' }),
  };
}

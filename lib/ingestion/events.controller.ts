import { Controller, Inject, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiKeyGuard } from '../auth/api-key.guard.js';
import type { AuthenticatedRequest } from '../auth/authenticated-request.interface.js';
import { BeaconKeyGuard } from '../auth/beacon-key.guard.js';
import { RateLimitGuard } from '../auth/rate-limit.guard.js';
import { RequireScopes } from '../auth/require-scopes.decorator.js';
import { Observation } from '../diagnostics/observation.js';
import { BatchAnswer } from './batch-answer.js';
import { BatchIntake } from './batch-intake.js';
import { EventIntake } from './event-intake.js';
import { serializeEvent } from '../events/serialize-event.js';
import { hostOf } from '../http/host/host-of.js';
import { OwnRoute } from '../http/own-route.decorator.js';
import { ProblemDetailsFilter } from '../http/problem-details.filter.js';
import { Realm } from '../http/realm.decorator.js';
import { requestIdOf } from '../http/request-id.js';

const JSON_BODY = { 'Content-Type': 'application/json; charset=utf-8' };

/** `POST /events`, `POST /events/batch` and `POST /events/beacon`: the wire of the HTTP contract. A host may mount a subclass of it on a path of its own. */
@Controller()
@Realm('events')
@UseFilters(ProblemDetailsFilter)
export class EventsController {
  // Injected as properties, so that a subclass has its constructor for itself.
  @Inject(EventIntake) private readonly intake!: EventIntake;
  @Inject(BatchIntake) private readonly batchIntake!: BatchIntake;
  @Inject(HttpAdapterHost) private readonly adapterHost!: HttpAdapterHost;
  @Inject(Observation) private readonly observation!: Observation;

  // The request instead of @Body(), and the response instead of a return value: so that pipes and interceptors of the
  // host change neither.
  @OwnRoute({ methods: ['POST'], body: 'application/json' })
  @UseGuards(ApiKeyGuard, RateLimitGuard)
  @RequireScopes('events:write')
  async log(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    const { event, replayed } = await this.intake.take(request);
    const headers = { ...JSON_BODY, ...headersOf(request, replayed) };
    hostOf(this.adapterHost.httpAdapter).answer(request, response, 200, headers, serializeEvent(event));
  }

  /** Many events at once, each with an answer of its own. */
  @OwnRoute({ methods: ['POST'], body: ['application/json', 'application/x-ndjson'] }, 'batch')
  @UseGuards(ApiKeyGuard, RateLimitGuard)
  @RequireScopes('events:write')
  async logBatch(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    const answer = new BatchAnswer(request, this.observation);
    await this.batchIntake.take(request, response, answer);
    const headers = { ...JSON_BODY, ...headersOf(request) };
    hostOf(this.adapterHost.httpAdapter).answer(request, response, 200, headers, answer.toString());
  }

  /** For `navigator.sendBeacon()`, which can send neither a header nor JSON without asking, and reads no answer. */
  @OwnRoute({ methods: ['POST'], body: 'text/plain' }, 'beacon')
  @UseGuards(BeaconKeyGuard, RateLimitGuard)
  @RequireScopes('events:write')
  async logBeacon(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    const answer = new BatchAnswer(request, this.observation);
    await this.batchIntake.takeBeacon(request, response, answer);
    if (answer.stored + answer.replayed === 0) throw answer.firstRefusal;
    hostOf(this.adapterHost.httpAdapter).answer(request, response, 204, headersOf(request, answer.stored === 0), '');
  }
}

function headersOf(request: AuthenticatedRequest, replayed = false): Record<string, string> {
  return { 'X-Request-Id': requestIdOf(request), ...(replayed && { 'Idempotent-Replayed': 'true' }) };
}

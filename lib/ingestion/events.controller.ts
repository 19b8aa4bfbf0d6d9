import { Controller, Inject, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiKeyGuard } from '../auth/api-key.guard.js';
import type { AuthenticatedRequest } from '../auth/authenticated-request.interface.js';
import { BeaconKeyGuard } from '../auth/beacon-key.guard.js';
import { RateLimitGuard } from '../auth/rate-limit.guard.js';
import { RequireScopes } from '../auth/require-scopes.decorator.js';
import { EventIntake } from './event-intake.js';
import { serializeEvent } from '../events/serialize-event.js';
import { hostOf } from '../http/host/host-of.js';
import { OwnRoute } from '../http/own-route.decorator.js';
import { ProblemDetailsFilter } from '../http/problem-details.filter.js';
import { Realm } from '../http/realm.decorator.js';
import { requestId } from '../http/request-id.js';

/** `POST /events` and `POST /events/beacon`: the wire of the HTTP contract. A host may mount a subclass of it on a path of its own. */
@Controller()
@Realm('events')
@UseFilters(ProblemDetailsFilter)
export class EventsController {
  // Injected as properties, so that a subclass has its constructor for itself.
  @Inject(EventIntake) private readonly intake!: EventIntake;
  @Inject(HttpAdapterHost) private readonly adapterHost!: HttpAdapterHost;

  // The request instead of @Body(), and the response instead of a return value: so that pipes and interceptors of the
  // host change neither.
  @OwnRoute({ methods: ['POST'], body: 'application/json' })
  @UseGuards(ApiKeyGuard, RateLimitGuard)
  @RequireScopes('events:write')
  async log(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    const { event, replayed } = await this.intake.take(request);
    const headers = { 'Content-Type': 'application/json; charset=utf-8', ...headersOf(request, replayed) };
    hostOf(this.adapterHost.httpAdapter).answer(request, response, 200, headers, serializeEvent(event));
  }

  /** For `navigator.sendBeacon()`, which can send neither a header nor JSON without asking, and reads no answer. */
  @OwnRoute({ methods: ['POST'], body: 'text/plain' }, 'beacon')
  @UseGuards(BeaconKeyGuard, RateLimitGuard)
  @RequireScopes('events:write')
  async logBeacon(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    const { replayed } = await this.intake.take(request);
    hostOf(this.adapterHost.httpAdapter).answer(request, response, 204, headersOf(request, replayed), '');
  }
}

function headersOf(request: AuthenticatedRequest, replayed: boolean): Record<string, string> {
  return {
    'X-Request-Id': requestId(request.headers['x-request-id']),
    ...(replayed && { 'Idempotent-Replayed': 'true' }),
  };
}

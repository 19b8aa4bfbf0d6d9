import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Observation } from '../diagnostics/observation.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import { BODY_HEADERS } from './body/request-body.reader.js';
import { answerOptions, CORS_HEADERS } from './cors.js';
import { hostOf } from './host/host-of.js';
import { PendingAnswers } from './pending-answers.js';
import { refuse } from './refuse.js';
import { unfitness } from './unfit-request.js';
import { withholdHeaders } from './withheld-headers.js';

/** Keeps the requests to the module's routes from the parsers and the CORS of the host. */
@Injectable()
export class OwnRoutes {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly settings: EventLogSettings,
    private readonly answers: PendingAnswers,
    private readonly observation: Observation,
  ) {}

  /** To be called once, before Nest registers routes. */
  claim(): void {
    const { httpAdapter } = this.adapterHost;
    const { cors } = this.settings;
    const names = cors ? [...BODY_HEADERS, ...CORS_HEADERS] : BODY_HEADERS;
    hostOf(httpAdapter).claimRoutes(httpAdapter, cors, (request, response, route) => {
      this.answers.add(response);
      this.observation.observer?.request(response, route.path, route.handlerFor(request.method) && request.method);
      const unfit = unfitness(request);
      withholdHeaders(request, names, route.optionsFor(request.method));
      if (unfit !== undefined) {
        void refuse(request, response, unfit);
        return 'answered';
      }
      if (!cors || request.method !== 'OPTIONS') return 'pass';
      void answerOptions(request, response, route);
      return 'answered';
    });
  }
}

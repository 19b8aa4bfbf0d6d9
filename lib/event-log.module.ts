import { type MiddlewareConsumer, Module, type NestModule, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ConfigurableModuleClass } from './event-log.module-definition.js';
import { BODY_HEADERS } from './http/body/request-body.reader.js';
import { answerOptions, CORS_HEADERS } from './http/cors.js';
import { keepFromHost } from './http/host/claim-routes.js';
import { PendingAnswers } from './http/pending-answers.js';
import { hideHeaders } from './http/withheld-headers.js';
import { EventLogSettings } from './options/event-log-settings.js';

/**
 * Mounts `POST /events` in a NestJS application. Import it once, with `forRoot()` or `forRootAsync()`.
 */
@Module({})
export class EventLogModule extends ConfigurableModuleClass implements NestModule {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Optional() private readonly answers: PendingAnswers,
    @Optional() private readonly settings: EventLogSettings,
  ) {
    super();
    if (settings !== undefined) return;
    throw new Error(
      'EventLogModule needs options: import EventLogModule.forRoot({ apiKeys, storage }) or EventLogModule.forRootAsync(…) instead of EventLogModule.',
    );
  }

  /** The one moment, in an application and in a testing module alike, when the adapter is there and no route is yet. */
  configure(_consumer: MiddlewareConsumer): void {
    const { cors } = this.settings;
    const hidden = cors ? [...BODY_HEADERS, ...CORS_HEADERS] : BODY_HEADERS;
    keepFromHost(this.adapterHost.httpAdapter, cors, (request, response) => {
      this.answers.add(response);
      hideHeaders(request, hidden);
      if (!cors || request.method !== 'OPTIONS') return false;
      answerOptions(request, response);
      return true;
    });
  }
}

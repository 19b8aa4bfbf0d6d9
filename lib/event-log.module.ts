import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiKeyGuard } from './auth/api-key.guard.js';
import { ApiKeyStore } from './auth/api-key.store.js';
import { InMemoryApiKeyStore } from './auth/configured-api-key.store.js';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } from './event-log.module-definition.js';
import type { EventLogOptions } from './options/event-log-options.interface.js';
import { EventLogService } from './ingestion/event-log.service.js';
import { EventLogSettings } from './options/event-log-settings.js';
import { answerOptions, CORS_HEADERS } from './http/cors.js';
import { hideHeaders } from './http/withheld-headers.js';
import { PendingAnswers } from './http/pending-answers.js';
import { keepFromHost } from './http/host/claim-routes.js';
import { BODY_HEADERS, RequestBodyReader } from './http/body/request-body.reader.js';
import { Uploads } from './http/body/upload-budget.js';
import { DurabilityReport } from './observability/durability-report.js';
import { EventRepository } from './storage/event.repository.js';
import { EventWriter } from './ingestion/event-writer.js';
import { InMemoryEventRepository } from './storage/in-memory-event.repository.js';

/**
 * Mounts `POST /events` in a NestJS application. Import it once, with `forRoot()` or `forRootAsync()`.
 */
@Module({
  providers: [
    {
      // forRoot() and forRootAsync() put the host's options in its place.
      provide: MODULE_OPTIONS_TOKEN,
      useFactory: (): EventLogOptions => {
        throw new Error(
          'EventLogModule needs options: import EventLogModule.forRoot({ apiKeys, storage }) or EventLogModule.forRootAsync(…) instead of EventLogModule.',
        );
      },
    },
    {
      provide: EventLogSettings,
      useFactory: (options: EventLogOptions) => new EventLogSettings(options),
      inject: [MODULE_OPTIONS_TOKEN],
    },
    {
      provide: ApiKeyStore,
      useFactory: (options: EventLogOptions) => new InMemoryApiKeyStore(options?.apiKeys),
      inject: [MODULE_OPTIONS_TOKEN],
    },
    { provide: EventRepository, useClass: InMemoryEventRepository },
    EventWriter,
    DurabilityReport,
    EventLogService,
    RequestBodyReader,
    Uploads,
    PendingAnswers,
    ApiKeyGuard,
  ],
  // The settings are what ApiKeyGuard needs in the modules that use it.
  exports: [EventLogService, EventRepository, EventLogSettings, ApiKeyStore, ApiKeyGuard],
})
export class EventLogModule extends ConfigurableModuleClass implements NestModule {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly answers: PendingAnswers,
    private readonly settings: EventLogSettings,
  ) {
    super();
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

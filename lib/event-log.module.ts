import { type DynamicModule, type MiddlewareConsumer, Module, type NestModule, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ConfigurableModuleClass } from './event-log.module-definition.js';
import { BODY_HEADERS } from './http/body/request-body.reader.js';
import { answerOptions, CORS_HEADERS } from './http/cors.js';
import { keepFromHost } from './http/host/claim-routes.js';
import { PendingAnswers } from './http/pending-answers.js';
import { hideHeaders } from './http/withheld-headers.js';
import { checkedRegistration } from './options/checks/checked-registration.js';
import { EventLogSettings } from './options/event-log-settings.js';

/**
 * Mounts `POST /events` in a NestJS application. Import it once, with `forRoot()` or `forRootAsync()`.
 */
@Module({})
export class EventLogModule extends ConfigurableModuleClass implements NestModule {
  /**
   * The module with its options, all of them checked at boot.
   * @example EventLogModule.forRoot({ apiKeys: [{ id: 'my-site', key: process.env.EVENT_LOG_KEY, kind: 'api' }], storage: typeOrmStorage() })
   */
  static override forRoot(options: Parameters<typeof ConfigurableModuleClass.forRoot>[0]): DynamicModule {
    return super.forRoot(checkedRegistration(options, 'forRoot({ apiKeys, storage })'));
  }

  /**
   * The module with options from a factory; `path`, `storage`, `keyStore`, `decorators` and `isGlobal` stand beside it.
   * @example EventLogModule.forRootAsync({ inject: [ConfigService], useFactory: (config) => config.get('eventLog'), storage: typeOrmStorage() })
   */
  static override forRootAsync(options: Parameters<typeof ConfigurableModuleClass.forRootAsync>[0]): DynamicModule {
    return super.forRootAsync(checkedRegistration(options, 'forRootAsync({ useFactory })'));
  }

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

import {
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Inject,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Optional,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { EventLogExtras } from './event-log-extras.interface.js';
import { ConfigurableModuleClass } from './event-log.module-definition.js';
import { BODY_HEADERS } from './http/body/request-body.reader.js';
import { answerOptions, CORS_HEADERS } from './http/cors.js';
import { keepFromHost } from './http/host/claim-routes.js';
import { PendingAnswers } from './http/pending-answers.js';
import { hideHeaders } from './http/withheld-headers.js';
import { checkedRegistration } from './options/checks/checked-registration.js';
import type { EventLogOptions } from './options/event-log-options.interface.js';
import { EventLogSettings } from './options/event-log-settings.js';

/** Mounts `POST /events` in a NestJS application. Import it once, with `forRoot()` or `forRootAsync()`. */
@Module({})
export class EventLogModule extends ConfigurableModuleClass implements NestModule {
  @Inject(HttpAdapterHost) private readonly adapterHost!: HttpAdapterHost;
  @Inject(PendingAnswers) @Optional() private readonly answers!: PendingAnswers;
  @Inject(EventLogSettings) @Optional() private readonly settings!: EventLogSettings;

  constructor(@Inject(EventLogSettings) @Optional() settings?: object) {
    super();
    if (settings !== undefined) return;
    throw new Error(
      'EventLogModule needs options: import EventLogModule.forRoot({ apiKeys, storage }) or EventLogModule.forRootAsync(…) instead of EventLogModule.',
    );
  }

  /**
   * The module with these options and extras. Throws, or refuses to boot, where one is wrong; the message names it and the fix.
   *
   * @example
   * ```ts
   * EventLogModule.forRoot({
   *   apiKeys: [{ id: 'docs', key: process.env.EVENT_LOG_KEY, kind: 'api' }],
   *   storage: typeOrmStorage(),
   * });
   * ```
   */
  static override forRoot(options: EventLogOptions & Partial<EventLogExtras>): DynamicModule {
    return super.forRoot(checkedRegistration(options, 'forRoot({ apiKeys, storage })'));
  }

  /**
   * The module with options from a factory (`useFactory`, `useClass` or `useExisting`). The extras, of which Nest must know
   * before it runs a factory, stand beside it.
   *
   * @example
   * ```ts
   * EventLogModule.forRootAsync({
   *   imports: [ConfigModule],
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({
   *     apiKeys: [{ id: 'docs', key: config.getOrThrow('EVENT_LOG_KEY'), kind: 'api' }],
   *   }),
   *   storage: typeOrmStorage(),
   * });
   * ```
   */
  static override forRootAsync(
    options: ConfigurableModuleAsyncOptions<EventLogOptions, 'createEventLogOptions'> & Partial<EventLogExtras>,
  ): DynamicModule {
    return super.forRootAsync(checkedRegistration(options, 'forRootAsync({ useFactory })'));
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

import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { mountedController } from '../http/mounted-controller.js';
import { OwnRoutesModule } from '../http/own-routes.module.js';
import { providerOf } from '../options/checks/provider-source.js';
import { readOpenApiProvider } from '../openapi/read-open-api.provider.js';
import { EventReader } from '../storage/event-reader.js';
import { EventReaderModule } from '../storage/event-reader.module.js';
import { BoundedReader } from './bounded-reader.js';
import { ConversationQueryService } from './conversation-query.service.js';
import type { EventLogQueryExtras } from './event-log-query-extras.interface.js';
import { EventQueryService } from './event-query.service.js';
import { CsvReport } from './export/csv-report.js';
import { QUERY_CONTROLLERS } from './http/query-controllers.js';
import { QueryBodies } from './http/query-bodies.js';
import { ReadAnswers } from './http/read-answers.js';
import { KeyWatch } from './live/key-watch.js';
import { LiveReaders } from './live/live-readers.js';
import { liveTailProvider } from './live/live-tail.provider.js';
import type { EventLogQueryOptions } from './query-options.interface.js';
import { NO_QUERY_EXTRAS, QUERY_OPTIONS, querySettingsProvider } from './query-settings.provider.js';

export const { ConfigurableModuleClass: ConfigurableQuery } = new ConfigurableModuleBuilder<EventLogQueryOptions>({
  moduleName: 'EventLogQuery',
  optionsInjectionToken: QUERY_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createEventLogQueryOptions')
  .setExtras<EventLogQueryExtras>(NO_QUERY_EXTRAS, toDynamicModule)
  .build();

function toDynamicModule(definition: DynamicModule, extras: EventLogQueryExtras): DynamicModule {
  const { path = 'query', decorators, isGlobal = false, reader } = extras;
  const readers = reader === undefined ? [] : [{ provide: EventReader, ...providerOf(reader, 'reader') }];
  const controllers = QUERY_CONTROLLERS.map((controller) => mountedController(controller, path, decorators));
  return {
    ...definition,
    global: isGlobal,
    controllers,
    imports: [...(definition.imports ?? []), OwnRoutesModule, ...(reader === undefined ? [EventReaderModule] : [])],
    providers: [
      ...(definition.providers ?? []),
      querySettingsProvider,
      ...readers,
      BoundedReader,
      EventQueryService,
      ConversationQueryService,
      QueryBodies,
      ReadAnswers,
      liveTailProvider,
      LiveReaders,
      KeyWatch,
      CsvReport,
      readOpenApiProvider(controllers),
    ],
    exports: [EventQueryService, ConversationQueryService],
  };
}

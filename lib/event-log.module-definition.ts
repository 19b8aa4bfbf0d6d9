import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ApiKeyGuard } from './auth/api-key.guard.js';
import { EventLogCoreModule } from './event-log-core.module.js';
import type { EventLogExtras } from './event-log-extras.interface.js';
import { NO_EXTRAS } from './event-log-extras.js';
import { MODULE_OPTIONS_TOKEN } from './event-log-options.token.js';
import { EventLogHooksModule } from './event-log-hooks.module.js';
import { EventLogStoresModule } from './event-log-stores.module.js';
import { decoratedController } from './http/decorated-controller.js';
import { BatchIntake } from './ingestion/batch-intake.js';
import { BatchReader } from './ingestion/batch-reader.js';
import { ConflictReport } from './ingestion/conflict-report.js';
import { EventIntake } from './ingestion/event-intake.js';
import { EventLogService } from './ingestion/event-log.service.js';
import { EventWriter } from './ingestion/event-writer.js';
import { EventsController } from './ingestion/events.controller.js';
import { DurabilityReport } from './observability/durability-report.js';
import { SharedTurns } from './timing/shared-turns.js';
import { openApiProvider } from './openapi/open-api.provider.js';
import { typeName } from './options/checks/type-name.js';
import type { EventLogOptions } from './options/event-log-options.interface.js';

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<EventLogOptions>({
  moduleName: 'EventLog',
  optionsInjectionToken: MODULE_OPTIONS_TOKEN,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createEventLogOptions')
  .setExtras<EventLogExtras>(NO_EXTRAS, toDynamicModule)
  .build();

function toDynamicModule(definition: DynamicModule, extras: EventLogExtras): DynamicModule {
  const { path = 'events', decorators, isGlobal = false } = extras;
  if (typeof path !== 'string') throw new TypeError(`Expected \`path\` to be a string, got ${typeName(path)}.`);
  const stores = EventLogStoresModule.register(extras);
  const { module } = definition;
  const controller = decoratedController(EventsController, decorators);
  return {
    module,
    global: isGlobal,
    controllers: [controller],
    imports: [
      EventLogCoreModule.register(definition, stores, extras),
      stores,
      EventLogHooksModule.register(extras),
      RouterModule.register([{ path, module }]),
    ],
    providers: [
      SharedTurns,
      EventWriter,
      DurabilityReport,
      ConflictReport,
      EventIntake,
      BatchReader,
      BatchIntake,
      EventLogService,
      ApiKeyGuard,
      openApiProvider(controller),
    ],
    exports: [stores, EventIntake, BatchIntake, EventLogService, ApiKeyGuard],
  };
}

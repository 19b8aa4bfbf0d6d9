import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { ApiKeyGuard } from './auth/api-key.guard.js';
import { EventLogCoreModule } from './event-log-core.module.js';
import type { EventLogExtras } from './event-log-extras.interface.js';
import { checkRoute, NO_EXTRAS } from './event-log-extras.js';
import { EventLogHooksModule } from './event-log-hooks.module.js';
import { MODULE_OPTIONS_TOKEN } from './event-log-options.token.js';
import { EventLogStoresModule } from './event-log-stores.module.js';
import { mountedController } from './http/mounted-controller.js';
import { OwnRoutesModule } from './http/own-routes.module.js';
import { EventsController } from './ingestion/events.controller.js';
import { INTAKES } from './ingestion/intakes.js';
import { EventLogService } from './ingestion/event-log.service.js';
import { DurabilityReport } from './observability/durability-report.js';
import { UnfedConsumers } from './observability/unfed-consumers.js';
import { openApiProvider } from './openapi/open-api.provider.js';
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
  const { route = true, path = 'events', decorators, isGlobal = false } = extras;
  checkRoute(extras);
  const stores = EventLogStoresModule.register(extras);
  const hooks = EventLogHooksModule.register(extras.hooks, definition.imports ?? extras.imports);
  const controllers = route ? [mountedController(EventsController, path, decorators)] : [];
  const intakes = route ? INTAKES : [];
  return {
    module: definition.module,
    global: isGlobal,
    controllers,
    imports: [EventLogCoreModule.register(definition, stores, hooks, extras), stores, ...(route ? [OwnRoutesModule] : [])],
    providers: [
      DurabilityReport,
      UnfedConsumers,
      EventLogService,
      ApiKeyGuard,
      ...intakes,
      ...controllers.map((controller) => openApiProvider(controller)),
    ],
    exports: [stores, EventLogService, ApiKeyGuard, ...intakes],
  };
}

import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ConsumerStoreModule } from '../storage/consumers/consumer-store.module.js';
import { EventFeedModule } from '../storage/event-feed.module.js';
import { ConsumerExplorer } from './consumer-explorer.js';
import { ConsumerService } from './consumer.service.js';
import { ConsumersHost } from './consumers.host.js';
import { ConsumersSettings } from './consumers-settings.js';
import type { EventLogConsumersExtras, EventLogConsumersOptions } from './event-log-consumers-options.interface.js';
import { WEBHOOK_PROVIDERS } from './webhooks/webhook-providers.js';
import { WebhookService } from './webhooks/webhook.service.js';

/** Injection token of the options as the host gave them; `ConsumersSettings` are those in force. */
const CONSUMERS_OPTIONS = Symbol('EVENT_LOG:CONSUMERS_OPTIONS');

/** By these names Nest tells extras from options. */
const NO_EXTRAS: Record<keyof EventLogConsumersExtras, undefined> = { isGlobal: undefined };

export const { ConfigurableModuleClass: ConfigurableConsumers } = new ConfigurableModuleBuilder<EventLogConsumersOptions>({
  moduleName: 'EventLogConsumers',
  optionsInjectionToken: CONSUMERS_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createEventLogConsumersOptions')
  .setExtras<EventLogConsumersExtras>(NO_EXTRAS, toDynamicModule)
  .build();

function toDynamicModule(definition: DynamicModule, { isGlobal = false }: EventLogConsumersExtras): DynamicModule {
  return {
    ...definition,
    global: isGlobal,
    imports: [...(definition.imports ?? []), ConsumerStoreModule, EventFeedModule, DiscoveryModule],
    providers: [
      ...(definition.providers ?? []),
      {
        provide: ConsumersSettings,
        useFactory: (options: EventLogConsumersOptions) => new ConsumersSettings(options, Object.keys(NO_EXTRAS)),
        inject: [CONSUMERS_OPTIONS],
      },
      ConsumerExplorer,
      ConsumersHost,
      ConsumerService,
      ...WEBHOOK_PROVIDERS,
    ],
    exports: [ConsumerService, WebhookService],
  };
}

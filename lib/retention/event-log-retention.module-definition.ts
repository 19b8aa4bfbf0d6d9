import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ConsumerStoreModule } from '../storage/consumers/consumer-store.module.js';
import { ConversationStore } from '../storage/conversations/conversation.store.js';
import { EventEraser } from '../storage/event-eraser.js';
import { ConsumerStore } from '../storage/consumers/consumer.store.js';
import { EventEraserModule } from '../storage/event-eraser.module.js';
import { EventFeed } from '../storage/event-feed.js';
import { EventFeedModule } from '../storage/event-feed.module.js';
import { providedIn } from '../storage/provided-in.js';
import type { EventLogRetentionExtras, EventLogRetentionOptions } from './event-log-retention-options.interface.js';
import { EventRetentionService } from './event-retention.service.js';
import { ErasuresHost } from './privacy/erasures.host.js';
import { EventPrivacyService } from './privacy/event-privacy.service.js';
import { PrivacySettings } from './privacy/privacy-settings.js';
import { RetentionHost } from './retention.host.js';
import { RetentionSettings } from './retention-settings.js';
import { StoreRetentionService } from './store-retention.service.js';

/** Injection token of the options as the host gave them; `RetentionSettings` are those in force. */
const RETENTION_OPTIONS = Symbol('EVENT_LOG:RETENTION_OPTIONS');

/** By these names Nest tells extras from options. */
const NO_EXTRAS: Record<keyof EventLogRetentionExtras, undefined> = { isGlobal: undefined };

export const { ConfigurableModuleClass: ConfigurableRetention } = new ConfigurableModuleBuilder<EventLogRetentionOptions>({
  moduleName: 'EventLogRetention',
  optionsInjectionToken: RETENTION_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createEventLogRetentionOptions')
  .setExtras<EventLogRetentionExtras>(NO_EXTRAS, toDynamicModule)
  .build();

function toDynamicModule(definition: DynamicModule, { isGlobal = false }: EventLogRetentionExtras): DynamicModule {
  return {
    ...definition,
    global: isGlobal,
    imports: [...(definition.imports ?? []), EventFeedModule, EventEraserModule, ConsumerStoreModule],
    providers: [
      ...(definition.providers ?? []),
      {
        provide: RetentionSettings,
        useFactory: (options: EventLogRetentionOptions) => new RetentionSettings(options, Object.keys(NO_EXTRAS)),
        inject: [RETENTION_OPTIONS],
      },
      {
        provide: EventRetentionService,
        useFactory: (
          feed: EventFeed,
          eraser: EventEraser,
          consumers: ConsumerStore,
          settings: RetentionSettings,
          modules: ModuleRef,
        ) => new StoreRetentionService(feed, eraser, consumers, settings, () => providedIn(modules, ConversationStore)),
        inject: [EventFeed, EventEraser, ConsumerStore, RetentionSettings, ModuleRef],
      },
      RetentionHost,
      { provide: PrivacySettings, useFactory: (settings: RetentionSettings) => settings.privacy, inject: [RetentionSettings] },
      {
        provide: EventPrivacyService,
        useFactory: (eraser: EventEraser, settings: PrivacySettings, modules: ModuleRef) =>
          new EventPrivacyService(eraser, settings, () => providedIn(modules, ConversationStore)),
        inject: [EventEraser, PrivacySettings, ModuleRef],
      },
      ErasuresHost,
    ],
    exports: [EventRetentionService, EventPrivacyService],
  };
}

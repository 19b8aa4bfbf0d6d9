import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { mountedController } from '../http/mounted-controller.js';
import { OwnRoutesModule } from '../http/own-routes.module.js';
import { conversationOpenApiProvider } from '../openapi/conversation-open-api.provider.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import { ConversationStoreModule } from '../storage/conversations/conversation-store.module.js';
import { BoundedConversations } from './bounded-conversations.js';
import { ConversationParser } from './conversation-parser.js';
import { ConversationService } from './conversation.service.js';
import { ConversationsSettings } from './conversations-settings.js';
import {
  CONVERSATIONS_OPTIONS,
  conversationsSettingsProvider,
  NO_CONVERSATIONS_EXTRAS,
} from './conversations-settings.provider.js';
import type { EventLogConversationsExtras, EventLogConversationsOptions } from './event-log-conversations-options.interface.js';
import { FeedbackParser } from './feedback-parser.js';
import { ConversationsController } from './http/conversations.controller.js';
import { FeedbackController } from './http/feedback.controller.js';
import { ConversationRequests } from './http/conversation-requests.js';

export const { ConfigurableModuleClass: ConfigurableConversations } = new ConfigurableModuleBuilder<EventLogConversationsOptions>(
  {
    moduleName: 'EventLogConversations',
    optionsInjectionToken: CONVERSATIONS_OPTIONS,
  },
)
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createEventLogConversationsOptions')
  .setExtras<EventLogConversationsExtras>(NO_CONVERSATIONS_EXTRAS, toDynamicModule)
  .build();

function toDynamicModule(definition: DynamicModule, extras: EventLogConversationsExtras): DynamicModule {
  const { path = '', decorators, isGlobal = false } = extras;
  const controllers = [ConversationsController, FeedbackController].map((controller) =>
    mountedController(controller, path, decorators),
  );
  return {
    ...definition,
    global: isGlobal,
    controllers,
    imports: [...(definition.imports ?? []), OwnRoutesModule, ConversationStoreModule],
    providers: [
      ...(definition.providers ?? []),
      conversationsSettingsProvider,
      {
        provide: ConversationParser,
        useFactory: ({ maxMessages }: ConversationsSettings, { maxBodyBytes: maxBytes }: EventLogSettings) =>
          new ConversationParser({ maxMessages, maxBytes }),
        inject: [ConversationsSettings, EventLogSettings],
      },
      FeedbackParser,
      BoundedConversations,
      ConversationService,
      ConversationRequests,
      conversationOpenApiProvider(controllers),
    ],
    exports: [ConversationService],
  };
}

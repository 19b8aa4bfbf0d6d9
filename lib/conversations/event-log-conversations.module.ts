import { type ConfigurableModuleAsyncOptions, type DynamicModule, Inject, Module, Optional } from '@nestjs/common';
import { checkedAsyncRegistration, checkedRegistration } from '../options/checks/checked-registration.js';
import { ConversationsSettings } from './conversations-settings.js';
import type { EventLogConversationsExtras, EventLogConversationsOptions } from './event-log-conversations-options.interface.js';
import { ConfigurableConversations } from './event-log-conversations.module-definition.js';

/**
 * Serves `/conversations` and `/feedback`, without which the widget sends no events of its chat. Import it once, beside
 * `EventLogModule`, whose keys, limits and CORS it has.
 */
@Module({})
export class EventLogConversationsModule {
  constructor(@Inject(ConversationsSettings) @Optional() settings?: object) {
    if (settings !== undefined) return;
    throw new Error(
      'EventLogConversationsModule needs options: import EventLogConversationsModule.forRoot() instead of EventLogConversationsModule.',
    );
  }

  /**
   * The module with these options and extras. Throws, or refuses to boot, where one is wrong; the message names it and the fix.
   *
   * @example
   * ```ts
   * imports: [
   *   EventLogModule.forRoot({ apiKeys, storage: typeOrmStorage() }),
   *   EventLogConversationsModule.forRoot(),
   * ]
   * ```
   */
  static forRoot(options: EventLogConversationsOptions & EventLogConversationsExtras = {}): DynamicModule {
    checkedRegistration(options, 'EventLogConversationsModule.forRoot({ path, maxMessages })');
    return { ...ConfigurableConversations.forRoot(options), module: EventLogConversationsModule };
  }

  /** The module with options from a factory, beside which the extras stand, as in `EventLogModule.forRootAsync()`. */
  static forRootAsync(
    options: ConfigurableModuleAsyncOptions<EventLogConversationsOptions, 'createEventLogConversationsOptions'> &
      EventLogConversationsExtras,
  ): DynamicModule {
    checkedAsyncRegistration(options, 'EventLogConversationsModule.forRootAsync');
    return { ...ConfigurableConversations.forRootAsync(options), module: EventLogConversationsModule };
  }
}

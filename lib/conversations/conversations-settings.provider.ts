import type { FactoryProvider } from '@nestjs/common';
import { API_KEYS, type ApiKeyStore } from '../auth/api-key.store.js';
import { ConfiguredApiKeyStore } from '../auth/configured-api-key.store.js';
import { ConversationsSettings } from './conversations-settings.js';
import type { EventLogConversationsExtras, EventLogConversationsOptions } from './event-log-conversations-options.interface.js';

/** Injection token of the options as the host gave them; `ConversationsSettings` are those in force. */
export const CONVERSATIONS_OPTIONS = Symbol('EVENT_LOG:CONVERSATIONS_OPTIONS');

/** By these names Nest tells extras from options. */
export const NO_CONVERSATIONS_EXTRAS: Record<keyof EventLogConversationsExtras, undefined> = {
  path: undefined,
  decorators: undefined,
  isGlobal: undefined,
};

export const conversationsSettingsProvider: FactoryProvider<ConversationsSettings> = {
  provide: ConversationsSettings,
  useFactory: (options: EventLogConversationsOptions, keys: ApiKeyStore) => {
    if (keys instanceof ConfiguredApiKeyStore && keys.isEmpty) {
      throw new Error(
        'EventLogConversationsModule serves routes, and EventLogModule has no keys to use them with: give it `apiKeys` or a `keyStore`, also with `route: false`.',
      );
    }
    return new ConversationsSettings(options, Object.keys(NO_CONVERSATIONS_EXTRAS));
  },
  inject: [CONVERSATIONS_OPTIONS, API_KEYS],
};

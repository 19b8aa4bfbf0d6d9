import type { FactoryProvider } from '@nestjs/common';
import { API_KEYS, type ApiKeyStore } from '../auth/api-key.store.js';
import { ConfiguredApiKeyStore } from '../auth/configured-api-key.store.js';
import type { EventLogQueryExtras } from './event-log-query-extras.interface.js';
import type { EventLogQueryOptions } from './query-options.interface.js';
import { QuerySettings } from './query-settings.js';

/** Injection token of the options as the host gave them; `QuerySettings` are those in force. */
export const QUERY_OPTIONS = Symbol('EVENT_LOG:QUERY_OPTIONS');

/** By these names Nest tells extras from options. */
export const NO_QUERY_EXTRAS: Record<keyof EventLogQueryExtras, undefined> = {
  path: undefined,
  decorators: undefined,
  isGlobal: undefined,
  reader: undefined,
};

export const querySettingsProvider: FactoryProvider<QuerySettings> = {
  provide: QuerySettings,
  useFactory: (options: EventLogQueryOptions, keys: ApiKeyStore) => {
    if (keys instanceof ConfiguredApiKeyStore && keys.isEmpty) {
      throw new Error(
        'EventLogQueryModule serves routes, and EventLogModule has no keys to read with: give it `apiKeys` or a `keyStore`, also with `route: false`.',
      );
    }
    return new QuerySettings(options, Object.keys(NO_QUERY_EXTRAS));
  },
  inject: [QUERY_OPTIONS, API_KEYS],
};

import type { Provider } from '@nestjs/common';
import { EventLogSettings } from '../options/event-log-settings.js';
import { inIntake } from '../options/in-intake.js';
import { type ApiKeyStorage, checkedStore, HOST_API_KEY_STORE, hostStoreProvider } from './api-key-storage.js';
import { ApiKeyStore } from './api-key.store.js';
import { ConfiguredApiKeyStore } from './configured-api-key.store.js';

/** `ApiKeyStore` with the keys of the settings and those of `keyStore`, and what that provides; without one, with `otherwise`. */
export function apiKeyProviders(keyStore: ApiKeyStorage | undefined, otherwise?: ApiKeyStore): Provider[] {
  const configured = ({ apiKeys, intake }: EventLogSettings, more?: ApiKeyStore) =>
    inIntake(intake, () => new ConfiguredApiKeyStore(apiKeys, more));
  if (keyStore === undefined) {
    const useFactory = (settings: EventLogSettings) => configured(settings, otherwise);
    return [{ provide: ApiKeyStore, useFactory, inject: [EventLogSettings] }];
  }
  const useFactory = (settings: EventLogSettings, store: ApiKeyStore) => configured(settings, checkedStore(store));
  return [
    hostStoreProvider(keyStore),
    { provide: ApiKeyStore, useFactory, inject: [EventLogSettings, HOST_API_KEY_STORE] },
    ...(keyStore.providers ?? []),
  ];
}

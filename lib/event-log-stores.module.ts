import { type DynamicModule, Module } from '@nestjs/common';
import { ApiKeyStore } from './auth/api-key.store.js';
import { type ApiKeyStorage, checkedStore, HOST_API_KEY_STORE, hostStoreProvider } from './auth/api-key-storage.js';
import { ConfiguredApiKeyStore } from './auth/configured-api-key.store.js';
import type { EventLogExtras } from './event-log-extras.interface.js';
import { EventLogSettings } from './options/event-log-settings.js';
import { EventRepository } from './storage/event.repository.js';
import { repositoryProvider } from './storage/event-storage.js';
import { InMemoryEventRepository } from './storage/in-memory-event.repository.js';

/** The stores under the public classes by which hosts inject them, and override them in tests. */
@Module({})
export class EventLogStoresModule {
  static register({ storage, keyStore, route = true }: EventLogExtras): DynamicModule {
    const keyProviders = keyStore?.providers ?? [];
    return {
      module: EventLogStoresModule,
      imports: [...(storage?.imports ?? []), ...(keyStore?.imports ?? [])],
      providers: [
        storage === undefined ? { provide: EventRepository, useClass: InMemoryEventRepository } : repositoryProvider(storage),
        ...keyStoreProviders(keyStore, route ? undefined : NO_KEYS),
        ...keyProviders,
      ],
      exports: [EventRepository, ApiKeyStore, ...keyProviders],
    };
  }
}

/** Without a route, keys need not be given: `ApiKeyGuard`, where the host uses it, then lets nobody pass. */
const NO_KEYS: ApiKeyStore = { findByDigest: () => undefined };

function keyStoreProviders(keyStore: ApiKeyStorage | undefined, otherwise: ApiKeyStore | undefined) {
  if (keyStore === undefined) {
    const useFactory = ({ apiKeys }: EventLogSettings) => new ConfiguredApiKeyStore(apiKeys, otherwise);
    return [{ provide: ApiKeyStore, useFactory, inject: [EventLogSettings] }];
  }
  const useFactory = ({ apiKeys }: EventLogSettings, store: ApiKeyStore) =>
    new ConfiguredApiKeyStore(apiKeys, checkedStore(store));
  return [hostStoreProvider(keyStore), { provide: ApiKeyStore, useFactory, inject: [EventLogSettings, HOST_API_KEY_STORE] }];
}

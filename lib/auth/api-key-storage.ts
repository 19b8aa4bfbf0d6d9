import type { ModuleMetadata, Provider } from '@nestjs/common';
import { providerOf, type ProviderSource } from '../options/checks/provider-source.js';
import { typeName } from '../options/checks/type-name.js';
import type { ApiKeyStore } from './api-key.store.js';

/** Where more keys are looked up than those of the options. */
export interface ApiKeyStorage {
  /** The store, as a class or a factory. */
  store: ProviderSource<ApiKeyStore>;
  /** The modules that it needs. */
  imports?: ModuleMetadata['imports'];
  /** What else it provides to the host, e.g. a service that makes keys; `EventLogModule` exports it. */
  providers?: Provider[];
}

/** Injection token of the store of the `keyStore` extra. */
export const HOST_API_KEY_STORE = Symbol('EVENT_LOG:HOST_API_KEY_STORE');

export function hostStoreProvider(keyStore: ApiKeyStorage): Provider {
  if (typeof keyStore !== 'object' || keyStore === null || !('store' in keyStore)) {
    throw new TypeError(`Expected \`keyStore\` to be { store, imports? }, got ${typeName(keyStore)}.`);
  }
  return { provide: HOST_API_KEY_STORE, ...providerOf(keyStore.store, 'keyStore.store') };
}

export function checkedStore(store: ApiKeyStore): ApiKeyStore {
  if (typeof store?.findByDigest === 'function') return store;
  throw new TypeError(`Expected \`keyStore.store\` to be an ApiKeyStore with findByDigest(), got ${typeName(store)}.`);
}

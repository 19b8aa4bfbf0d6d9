import type { ModuleMetadata, Provider } from '@nestjs/common';
import { describe, providerOf, type ProviderSource } from '../options/checks/provider-source.js';
import type { ApiKey } from './api-key.interface.js';

/** Where keys are looked up: contract and injection token in one. */
export abstract class ApiKeyStore {
  /**
   * The key with this SHA-256 digest (64 lower-case hexadecimal digits), or `undefined` when there is none.
   * Expiry is checked by the guard. Throw `ServiceUnavailableException` when the keys can't be reached.
   */
  abstract findByDigest(digest: string): ApiKey | undefined | Promise<ApiKey | undefined>;
}

/** Where more keys are looked up than those of the options. */
export interface KeyStore {
  /** The store, as a class or a factory. */
  store: ProviderSource<ApiKeyStore>;
  /** The modules that it needs. */
  imports?: ModuleMetadata['imports'];
  /** What else it provides to the host, e.g. a service that makes keys; `EventLogModule` exports it. */
  providers?: Provider[];
}

/** Injection token of the store of the `keyStore` extra. */
export const KEY_STORE = 'EVENT_LOG:KEY_STORE';

export function keyStoreProvider(keyStore: KeyStore): Provider {
  if (typeof keyStore !== 'object' || keyStore === null || !('store' in keyStore)) {
    throw new TypeError(`Expected \`keyStore\` to be { store, imports? }, got ${describe(keyStore)}.`);
  }
  return { provide: KEY_STORE, ...providerOf(keyStore.store, 'keyStore.store') };
}

export function checkedStore(store: ApiKeyStore): ApiKeyStore {
  if (typeof store?.findByDigest === 'function') return store;
  throw new TypeError(`Expected \`keyStore.store\` to be an ApiKeyStore with findByDigest(), got ${describe(store)}.`);
}

import type { ModuleMetadata, Provider } from '@nestjs/common';
import { describe, providerOf, type ProviderSource } from '../provider-source.js';
import type { ApiKey } from './api-key.interface.js';

/** Where keys are looked up: contract and injection token in one. */
export abstract class ApiKeyStore {
  /**
   * The key with this SHA-256 digest (64 lower-case hexadecimal digits), or `undefined` when there is none.
   * Expiry is checked by the guard. Throw `ServiceUnavailableException` when the keys can't be reached.
   */
  abstract findByDigest(digest: string): ApiKey | undefined | Promise<ApiKey | undefined>;
}

/** A replacement for the keys in the options: the class of the store, and the modules that it needs. */
export interface KeyStore {
  store: ProviderSource<ApiKeyStore>;
  imports?: ModuleMetadata['imports'];
}

export function keyStoreProvider(keyStore: KeyStore): Provider {
  if (typeof keyStore !== 'object' || keyStore === null || !('store' in keyStore)) {
    throw new TypeError(`Expected \`keyStore\` to be { store, imports? }, got ${describe(keyStore)}.`);
  }
  return { provide: ApiKeyStore, ...providerOf(keyStore.store, 'keyStore.store') };
}

import type { ApiKey } from '../../auth/api-key.interface.js';
import type { ApiKeyStore } from '../../auth/api-key.store.js';
import type { ContractCase } from '../contract-case.js';
import type { Expect } from '../test-runner.interface.js';

/** A store that is ready, and the way to put keys in it. */
export interface ApiKeyStoreFixture {
  readonly store: ApiKeyStore;
  /** Puts a key where the store looks keys up. Kind, scopes and digest are always set; `rateLimit` never is. */
  add(key: ApiKey): Promise<void>;
}

/** What a test of a key store works with. */
export interface ApiKeyStoreCaseFixture extends ApiKeyStoreFixture {
  readonly expect: Expect;
}

export type ApiKeyStoreCase = ContractCase<ApiKeyStoreCaseFixture>;

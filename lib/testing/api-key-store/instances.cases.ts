import type { ApiKeyStore } from '../../auth/api-key.store.js';
import type { ContractCase } from '../contract-case.js';
import type { ApiKeyStoreCaseFixture } from './api-key-store.case.js';
import { newApiKey, newDigest, wholeKey } from './keys.js';

export interface TwoApiKeyStoresFixture extends ApiKeyStoreCaseFixture {
  readonly another: ApiKeyStore;
}

/** For stores that several processes share. */
export const INSTANCES: readonly ContractCase<TwoApiKeyStoresFixture>[] = [
  {
    title: 'finds a key in two instances alike',
    rule: 'Two instances over one store must find the same keys, also one that was added after both were ready.',
    async run({ store, another, add, expect }) {
      const key = newApiKey({ projectId: 'p' });
      await add(key);
      for (const instance of [store, another]) {
        expect(wholeKey(await instance.findByDigest(key.digest))).toEqual(wholeKey(key));
        expect(wholeKey(await instance.findByDigest(newDigest()))).toBe(undefined);
      }
    },
  },
];

import type { ApiKey } from '../../auth/api-key.interface.js';
import type { ApiKeyStore } from '../../auth/api-key.store.js';
import { defineCases, globalRunner } from '../contract-case.js';
import type { TestRunner } from '../test-runner.interface.js';
import type { ApiKeyStoreFixture } from './api-key-store.case.js';
import { EXPIRY } from './expiry.cases.js';
import { GRANT } from './grant.cases.js';
import { INSTANCES } from './instances.cases.js';
import { LOOKUP } from './lookup.cases.js';

/** A store of keys to be tested. */
export interface ApiKeyStoreUnderTest {
  /** A store that is ready, with the way to put keys in it. Called for each test; all may use the same database. */
  create(): ApiKeyStoreFixture | Promise<ApiKeyStoreFixture>;
  /** A second store over the keys of the first, as another process has it. Without it, no test is made of two. */
  createAnother?(first: ApiKeyStore): ApiKeyStore | Promise<ApiKeyStore>;
}

/**
 * Defines the tests that any `ApiKeyStore` must pass, with the globals of Jest or with `runner`. A test that fails tells
 * the rule that the store has broken.
 *
 * @example
 * import { describeApiKeyStore } from 'nestjs-event-log/testing';
 *
 * describeApiKeyStore('MyApiKeyStore', () => ({
 *   store: new MyApiKeyStore(database),
 *   add: async (key) => void (await database.insert('keys', key)),
 * }));
 */
export function describeApiKeyStore(
  name: string,
  keys: ApiKeyStoreUnderTest['create'] | ApiKeyStoreUnderTest,
  runner: TestRunner = globalRunner(),
): void {
  const suite: ApiKeyStoreUnderTest = typeof keys === 'function' ? { create: keys } : keys;
  const { expect } = runner;
  const fixture = async () => {
    const first = await suite.create();
    return { store: first.store, add: (key: ApiKey) => first.add(key), expect };
  };
  const withAnother = async () => {
    const first = await fixture();
    return { ...first, another: await suite.createAnother!(first.store) };
  };
  runner.describe(name, () => {
    defineCases(runner, [...LOOKUP, ...GRANT, ...EXPIRY], fixture);
    if (suite.createAnother) defineCases(runner, INSTANCES, withAnother);
  });
}

import type { ConsumerStore } from '../../storage/consumers/consumer.store.js';
import { defineCases, globalRunner } from '../contract-case.js';
import type { TestRunner } from '../test-runner.interface.js';
import { INSTANCES } from './instances.cases.js';
import { LEASES } from './leases.cases.js';
import { PARKED } from './parked.cases.js';
import { PROGRESS } from './progress.cases.js';
import { STATES } from './states.cases.js';
import { TEXTS_OF_CONSUMERS } from './texts.cases.js';

/** A store of consumers to be tested. */
export interface ConsumerStoreUnderTest {
  /** A store that is ready. Called for each test; all may use the same database. */
  create(): ConsumerStore | Promise<ConsumerStore>;
  /** A second one over the consumers of the first, as another process has it. Without it, no test is made of two. */
  createAnother?(first: ConsumerStore): ConsumerStore | Promise<ConsumerStore>;
}

/**
 * Defines the tests that any `ConsumerStore` must pass, with the globals of Jest or with `runner`. A test that fails tells the
 * rule that the store has broken.
 *
 * @example
 * import { describeConsumerStore } from 'nestjs-event-log/testing';
 *
 * describeConsumerStore('MyConsumerStore', { create: () => new MyConsumerStore(database) });
 */
export function describeConsumerStore(name: string, suite: ConsumerStoreUnderTest, runner: TestRunner = globalRunner()): void {
  const { expect } = runner;
  const fixture = async () => ({ store: await suite.create(), expect });
  const withAnother = async () => {
    const first = await fixture();
    return { ...first, another: await suite.createAnother!(first.store) };
  };
  runner.describe(name, () => {
    defineCases(runner, [...STATES, ...LEASES, ...PROGRESS, ...PARKED, ...TEXTS_OF_CONSUMERS], fixture);
    if (suite.createAnother) defineCases(runner, INSTANCES, withAnother);
  });
}

import type { EventRepository } from '../../storage/event.repository.js';
import { defineCases, globalRunner } from '../contract-case.js';
import type { TestRunner } from '../test-runner.interface.js';
import { FIELDS } from './fields.cases.js';
import { IDENTITY } from './identity.cases.js';
import { INSTANCES } from './instances.cases.js';
import { JSON_CASES } from './json.cases.js';
import { OUTCOMES } from './outcomes.cases.js';
import { RACES } from './races.cases.js';
import { REPLAYS } from './replays.cases.js';
import { TIME_LIMIT } from './time-limit.cases.js';

/** A store to be tested, and what a test may do to it. */
export interface EventRepositoryUnderTest {
  /** A repository that is ready. Called for each test; all may use the same database, as each writes to projects of its own. */
  create(): EventRepository | Promise<EventRepository>;
  /** A second repository over the store of the first, as another process has it. Without it, no test is made of two. */
  createAnother?(first: EventRepository): EventRepository | Promise<EventRepository>;
  /** Makes the store hang until the function is called that it resolves to. Without it, no test is made of `timeoutMs`. */
  stall?(): Promise<() => Promise<void>>;
}

/**
 * Defines the tests that any `EventRepository` must pass, with the globals of Jest or with `runner`. A test that fails
 * tells the rule that the repository has broken. What the store keeps is looked at with `find()`, where the repository has it.
 *
 * @example
 * import { describeEventRepository } from 'nestjs-event-log/testing';
 *
 * describeEventRepository('MyEventRepository', () => new MyEventRepository(database));
 *
 * // Where several processes share the store, and it can be made to hang:
 * describeEventRepository('MyEventRepository', {
 *   create: () => new MyEventRepository(database),
 *   createAnother: () => new MyEventRepository(anotherConnection),
 *   stall: () => lockTheTable(), // resolves to a function that unlocks it
 * });
 */
export function describeEventRepository(
  name: string,
  store: EventRepositoryUnderTest['create'] | EventRepositoryUnderTest,
  runner: TestRunner = globalRunner(),
): void {
  const suite: EventRepositoryUnderTest = typeof store === 'function' ? { create: store } : store;
  const { expect } = runner;
  const fixture = async () => ({ repository: await suite.create(), expect });
  const withAnother = async () => {
    const first = await fixture();
    return { ...first, another: await suite.createAnother!(first.repository) };
  };
  const withStall = async () => ({ ...(await fixture()), stall: () => suite.stall!() });
  runner.describe(name, () => {
    defineCases(runner, [...OUTCOMES, ...REPLAYS, ...IDENTITY, ...RACES, ...FIELDS, ...JSON_CASES], fixture);
    if (suite.createAnother) defineCases(runner, INSTANCES, withAnother);
    if (suite.stall) defineCases(runner, TIME_LIMIT, withStall);
  });
}

import type { EventFeed } from '../../storage/event-feed.js';
import type { EventRepository } from '../../storage/event.repository.js';
import { defineCases, globalRunner } from '../contract-case.js';
import type { TestRunner } from '../test-runner.interface.js';
import { INSTANCES } from './instances.cases.js';
import { ORDER } from './order.cases.js';
import { POSITIONS } from './positions.cases.js';
import { WATCH } from './watch.cases.js';

/** A feed, and the repository whose events it gives. */
export interface FollowedStore {
  readonly repository: EventRepository;
  readonly feed: EventFeed;
}

/** A feed to be tested. */
export interface EventFeedUnderTest {
  /** A store that is ready, to which nobody else writes. Called for each test; all may use the same database. */
  create(): FollowedStore | Promise<FollowedStore>;
  /** A second one over the store of the first, as another process has it. Without it, no test is made of two. */
  createAnother?(first: FollowedStore): FollowedStore | Promise<FollowedStore>;
}

/**
 * Defines the tests that any `EventFeed` must pass, with the globals of Jest or with `runner`. A test that fails tells the rule
 * that the feed has broken. They can't see a feed that skips what commits late: stop a writer between insert and commit for that.
 *
 * @example
 * import { describeEventFeed } from 'nestjs-event-log/testing';
 *
 * describeEventFeed('MyEventFeed', { create: () => ({ repository: new MyEventRepository(database), feed: new MyEventFeed(database) }) });
 */
export function describeEventFeed(name: string, store: EventFeedUnderTest, runner: TestRunner = globalRunner()): void {
  const { expect } = runner;
  const fixture = async () => ({ ...(await store.create()), expect });
  const withAnother = async () => {
    const first = await fixture();
    return { ...first, another: await store.createAnother!(first) };
  };
  runner.describe(name, () => {
    defineCases(runner, [...ORDER, ...POSITIONS, ...WATCH], fixture);
    if (store.createAnother) defineCases(runner, INSTANCES, withAnother);
  });
}

import type { EventEraser } from '../../storage/event-eraser.js';
import { defineCases, globalRunner } from '../contract-case.js';
import type { FollowedStore } from '../event-feed/describe-event-feed.js';
import type { TestRunner } from '../test-runner.interface.js';
import { ERASURES } from './erasures.cases.js';
import { ERASERS } from './instances.cases.js';
import { PEOPLE } from './people.cases.js';
import { PURGES } from './purges.cases.js';
import { REQUESTS } from './requests.cases.js';

/** An eraser, the repository whose events it removes, and the feed that shows what is left. */
export interface ErasableStore extends FollowedStore {
  readonly eraser: EventEraser;
}

/** An eraser to be tested. */
export interface EventEraserUnderTest {
  /** A store that is ready, to which nobody else writes. Called for each test; all may use the same database. */
  create(): ErasableStore | Promise<ErasableStore>;
  /** A second one over the store of the first, as another process has it. Without it, no test is made of two. */
  createAnother?(first: ErasableStore): ErasableStore | Promise<ErasableStore>;
}

/**
 * Defines the tests that any `EventEraser` must pass, with the globals of Jest or with `runner`. A test that fails tells the rule
 * that the eraser has broken.
 *
 * @example
 * import { describeEventEraser } from 'nestjs-event-log/testing';
 *
 * describeEventEraser('MyEventEraser', {
 *   create: () => ({
 *     repository: new MyEventRepository(database),
 *     feed: new MyEventFeed(database),
 *     eraser: new MyEventEraser(database),
 *   }),
 * });
 */
export function describeEventEraser(name: string, store: EventEraserUnderTest, runner: TestRunner = globalRunner()): void {
  const { expect } = runner;
  const fixture = async () => ({ ...(await store.create()), expect });
  const withAnother = async () => {
    const first = await fixture();
    return { ...first, another: await store.createAnother!(first) };
  };
  runner.describe(name, () => {
    defineCases(runner, [...PURGES, ...PEOPLE, ...ERASURES, ...REQUESTS], fixture);
    if (store.createAnother) defineCases(runner, ERASERS, withAnother);
  });
}

import type { EventReader } from '../../storage/event-reader.js';
import type { EventRepository } from '../../storage/event.repository.js';
import { defineCases, globalRunner } from '../contract-case.js';
import type { TestRunner } from '../test-runner.interface.js';
import { VALUE_CASES } from './values.cases.js';

/** A store to be tested. */
export interface EventReaderUnderTest {
  readonly repository: EventRepository;
  readonly reader: EventReader;
}

/**
 * Defines the tests that any `EventReader` must pass, with the globals of Jest or with `runner`. `create` is called for each
 * test; all may use the same database, as each writes to projects of its own. A test that fails tells the rule that the reader has
 * broken.
 *
 * @example
 * import { describeEventReader } from 'nestjs-event-log/testing';
 *
 * describeEventReader('MyEventReader', () => ({
 *   repository: new MyEventRepository(database),
 *   reader: new MyEventReader(database),
 * }));
 */
export function describeEventReader(
  name: string,
  create: () => EventReaderUnderTest | Promise<EventReaderUnderTest>,
  runner: TestRunner = globalRunner(),
): void {
  const fixture = async () => ({ ...(await create()), expect: runner.expect });
  runner.describe(name, () => defineCases(runner, [...VALUE_CASES], fixture));
}

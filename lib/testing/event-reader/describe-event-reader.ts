import type { EventReaderCase } from './event-reader.case.js';
import type { EventReader } from '../../storage/event-reader.js';
import type { EventRepository } from '../../storage/event.repository.js';
import { defineCases, globalRunner } from '../contract-case.js';
import type { TestRunner } from '../test-runner.interface.js';
import { AGGREGATE_CASES } from './aggregates.cases.js';
import { COLUMN_CASES } from './columns.cases.js';
import { GROUP_CASES } from './groups.cases.js';
import { KEY_CASES } from './keys.cases.js';
import { LIST_CASES } from './lists.cases.js';
import { LOGIC_CASES } from './logic.cases.js';
import { PAGE_CASES } from './pages.cases.js';
import { PATH_CASES } from './paths.cases.js';
import { ROW_CASES } from './rows.cases.js';
import { SCOPE_CASES } from './scopes.cases.js';
import { TIME_UNIT_CASES } from './time-units.cases.js';
import { VALUE_CASES } from './values.cases.js';

const CASES: readonly EventReaderCase[] = [
  ...VALUE_CASES,
  ...PATH_CASES,
  ...COLUMN_CASES,
  ...LOGIC_CASES,
  ...AGGREGATE_CASES,
  ...TIME_UNIT_CASES,
  ...GROUP_CASES,
  ...ROW_CASES,
  ...PAGE_CASES,
  ...SCOPE_CASES,
  ...LIST_CASES,
  ...KEY_CASES,
];

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
  runner.describe(name, () => defineCases(runner, CASES, fixture));
}

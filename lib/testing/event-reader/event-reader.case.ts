import type { EventReader } from '../../storage/event-reader.js';
import type { EventRepository } from '../../storage/event.repository.js';
import type { ContractCase } from '../contract-case.js';
import type { Expect } from '../test-runner.interface.js';

/** What a test of a reader works with: the reader, and the repository that stores what it reads. */
export interface EventReaderFixture {
  readonly repository: EventRepository;
  readonly reader: EventReader;
  readonly expect: Expect;
}

export type EventReaderCase = ContractCase<EventReaderFixture>;

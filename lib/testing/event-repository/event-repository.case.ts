import type { EventRepository } from '../../storage/event.repository.js';
import type { ContractCase } from '../contract-case.js';
import type { Expect } from '../test-runner.interface.js';

/** What a test of a repository works with. */
export interface EventRepositoryFixture {
  readonly repository: EventRepository;
  readonly expect: Expect;
}

export type EventRepositoryCase = ContractCase<EventRepositoryFixture>;

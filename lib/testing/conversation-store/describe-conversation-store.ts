import { randomUUID } from 'node:crypto';
import type { ConversationStore } from '../../storage/conversations/conversation.store.js';
import { defineCases, globalRunner } from '../contract-case.js';
import type { TestRunner } from '../test-runner.interface.js';
import { ERASING } from './erasing.cases.js';
import { FEEDBACK } from './feedback.cases.js';
import { PURGING } from './purging.cases.js';
import { QUERYING } from './querying.cases.js';
import { RACES } from './races.cases.js';
import { READING } from './reading.cases.js';
import { SAVING } from './saving.cases.js';

/** A store of conversations to be tested. */
export interface ConversationStoreUnderTest {
  /** A store that is ready. Called for each test; all may use the same database. */
  create(): ConversationStore | Promise<ConversationStore>;
  /** A second one over the conversations of the first, as another process has it. Without it, the first takes its place. */
  createAnother?(first: ConversationStore): ConversationStore | Promise<ConversationStore>;
}

/**
 * Defines the tests that any `ConversationStore` must pass, with the globals of Jest or with `runner`. A test that fails tells the
 * rule that the store has broken.
 *
 * @example
 * import { describeConversationStore } from 'nestjs-event-log/testing';
 *
 * describeConversationStore('MyConversationStore', { create: () => new MyConversationStore(database) });
 */
export function describeConversationStore(
  name: string,
  suite: ConversationStoreUnderTest,
  runner: TestRunner = globalRunner(),
): void {
  runner.describe(name, () => {
    defineCases(runner, [...SAVING, ...RACES, ...READING, ...ERASING, ...PURGING, ...FEEDBACK, ...QUERYING], async () => {
      const store = await suite.create();
      const another = (await suite.createAnother?.(store)) ?? store;
      return { store, another, projectId: `project ${randomUUID()}`, expect: runner.expect };
    });
  });
}

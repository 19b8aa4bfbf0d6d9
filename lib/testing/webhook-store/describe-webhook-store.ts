import type { WebhookStore } from '../../storage/webhooks/webhook.store.js';
import { defineCases, globalRunner } from '../contract-case.js';
import type { TestRunner } from '../test-runner.interface.js';
import { DELIVERIES } from './deliveries.cases.js';
import { ENDPOINTS } from './endpoints.cases.js';

/** A store of webhooks to be tested. */
export interface WebhookStoreUnderTest {
  /** A store that is ready. Called for each test; all may use the same database. */
  create(): WebhookStore | Promise<WebhookStore>;
  /** A second one over the endpoints of the first, as another process has it. Without it, the first takes its place. */
  createAnother?(first: WebhookStore): WebhookStore | Promise<WebhookStore>;
}

/**
 * Defines the tests that any `WebhookStore` must pass, with the globals of Jest or with `runner`. A test that fails tells the rule
 * that the store has broken.
 *
 * @example
 * import { describeWebhookStore } from 'nestjs-event-log/testing';
 *
 * describeWebhookStore('MyWebhookStore', { create: () => new MyWebhookStore(database) });
 */
export function describeWebhookStore(name: string, suite: WebhookStoreUnderTest, runner: TestRunner = globalRunner()): void {
  runner.describe(name, () => {
    defineCases(runner, [...ENDPOINTS, ...DELIVERIES], async () => {
      const store = await suite.create();
      return { store, another: (await suite.createAnother?.(store)) ?? store, expect: runner.expect };
    });
  });
}

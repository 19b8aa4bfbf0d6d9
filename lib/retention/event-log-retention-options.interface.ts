import type { RetentionRule } from '../options/retention/retention-rule.interface.js';

/** What is read while retention runs; may come from the factory of `forRootAsync`. */
export interface EventLogRetentionOptions {
  /**
   * How long events are kept. Of two rules, the more specific one is in force: that of an entity type and a project, then of a
   * project, then of an entity type, then of all. An event without one is kept for ever.
   * @default none: every event is kept
   * @example [{ keepFor: '90d' }, { entityType: 'search', keepFor: '30d' }, { projectId: 'p1', keepFor: '2y' }]
   */
  rules?: readonly RetentionRule[];
  /**
   * How long after a run the next one begins, in milliseconds.
   * @default 3600000
   */
  every?: number;
  /**
   * Removes events also where a consumer or a webhook has not handled them yet.
   * @default false
   */
  ignoreConsumers?: boolean;
  /**
   * What is removed of events that are anonymized on a person's request, beside `userProperties`: keys joined by dots, which begin
   * with `properties` or `fields`.
   * @default none
   * @example ['properties.conversation', 'fields.email']
   */
  anonymize?: readonly string[];
}

/** What Nest must know before it builds providers; stands beside the factory of `forRootAsync`. */
export interface EventLogRetentionExtras {
  /**
   * Makes `EventRetentionService` and `EventPrivacyService` available in every module of the host.
   * @default false
   */
  isGlobal?: boolean;
}

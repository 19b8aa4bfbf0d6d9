import { anonymizedPaths } from './anonymized-paths.js';

/** What the host has said of a person's data, checked at boot. */
export class PrivacySettings {
  /** What is removed of events that are anonymized, beside `userProperties`: keys joined by dots. */
  readonly anonymize: readonly string[];

  constructor(options: { anonymize?: readonly string[] }) {
    this.anonymize = anonymizedPaths(options.anonymize);
  }
}

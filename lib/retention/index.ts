export type { EventLogRetentionExtras, EventLogRetentionOptions } from './event-log-retention-options.interface.js';
export { EventLogRetentionModule } from './event-log-retention.module.js';
export { EventRetentionService } from './event-retention.service.js';
export type { DroppedDays, RemovedByRule, RetentionReport } from './retention-report.interface.js';
export type { RetentionRule } from '../options/retention/retention-rule.interface.js';
export { EventPrivacyService } from './privacy/event-privacy.service.js';
export type { EraseOptions, ErasureReceipt, Person, PersonalRecord } from './privacy/erasure-receipt.interface.js';
export type { PrivacySettings } from './privacy/privacy-settings.js';

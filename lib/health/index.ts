export type { EventLogHealthExtras, EventLogHealthOptions } from './event-log-health-options.interface.js';
export { type HealthIndication, EventLogHealthIndicator } from './event-log-health.indicator.js';
export { EventLogHealth } from './event-log-health.js';
export { EventLogHealthModule } from './event-log-health.module.js';
export type { ConsumerLag, HealthReport, WaitingEvents } from './health-report.interface.js';

export type { EventLogDashboardOptions } from './event-log-dashboard-options.interface.js';
export { EventLogDashboardModule } from './event-log-dashboard.module.js';

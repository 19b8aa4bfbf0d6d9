export type { EventLogTelemetryOptions } from './event-log-telemetry-options.interface.js';
export { EventLogTelemetryModule } from './event-log-telemetry.module.js';

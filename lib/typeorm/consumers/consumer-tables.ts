import type { NamedTable } from '../engines/table-name.js';

// For their names alone: no data source is told of them.
class EventLogConsumers {}
class EventLogParkedEvents {}

const migrations = 'eventLogConsumerMigrations';

export const CONSUMERS: NamedTable = {
  entity: EventLogConsumers,
  given: 'event_log_consumers',
  holds: 'positions of consumers',
  migrations,
};

export const PARKED_EVENTS: NamedTable = {
  entity: EventLogParkedEvents,
  given: 'event_log_parked_events',
  holds: 'parked events',
  migrations,
};

import type { NamedTable } from '../engines/table-name.js';

// For their names alone: no data source is told of them.
class EventLogWebhooks {}
class EventLogWebhookDeliveries {}

const migrations = 'eventLogConsumerMigrations';

export const WEBHOOKS: NamedTable = { entity: EventLogWebhooks, given: 'event_log_webhooks', holds: 'webhooks', migrations };

export const WEBHOOK_DELIVERIES: NamedTable = {
  entity: EventLogWebhookDeliveries,
  given: 'event_log_webhook_deliveries',
  holds: 'deliveries of webhooks',
  migrations,
};

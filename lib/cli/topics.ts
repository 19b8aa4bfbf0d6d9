import { CITUS_COMMANDS } from './citus.commands.js';
import { withCitus } from './citus-database.js';
import { CLICKHOUSE_COMMANDS } from './clickhouse.commands.js';
import { withClickHouse } from './clickhouse-database.js';
import { CONSUMERS_COMMANDS } from './consumers.commands.js';
import { withConsumers, withEvents, withKeys } from './database.js';
import { withWebhooks } from './webhooks-database.js';
import { WEBHOOKS_COMMANDS } from './webhooks.commands.js';
import { EVENTS_COMMANDS } from './events.commands.js';
import { PRIVACY_COMMANDS } from './privacy.commands.js';
import { withPrivacy } from './privacy-database.js';
import { PURGE_COMMANDS } from './purge.commands.js';
import { withPurge } from './purge-database.js';
import { KEYS_COMMANDS } from './keys.commands.js';
import { MIGRATE_COMMANDS } from './migrate.commands.js';
import { withMigrations } from './migrations-database.js';
import { type Topic, topicOf } from './topic.js';

export const TOPICS: Record<string, Topic> = {
  keys: topicOf('make, list, rotate and revoke the keys of an application', KEYS_COMMANDS, withKeys),
  events: {
    summary: 'list, query and export the events of an application, erase those of a person, and remove old ones',
    commands: {
      ...topicOf('', EVENTS_COMMANDS, withEvents).commands,
      ...topicOf('', PRIVACY_COMMANDS, withPrivacy).commands,
      ...topicOf('', PURGE_COMMANDS, withPurge).commands,
    },
  },
  consumers: topicOf('show and steer what is handed to the code of an application', CONSUMERS_COMMANDS, withConsumers),
  webhooks: topicOf('make, show and steer the endpoints that events are sent to', WEBHOOKS_COMMANDS, withWebhooks),
  clickhouse: topicOf(
    'make the tables of a copy in ClickHouse, and compare it with the log',
    CLICKHOUSE_COMMANDS,
    withClickHouse,
  ),
  citus: topicOf('spread the events of an application over several PostgreSQL servers, by project', CITUS_COMMANDS, withCitus),
  migrate: topicOf('make and change the tables of an application', MIGRATE_COMMANDS, withMigrations),
};

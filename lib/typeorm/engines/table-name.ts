import type { DataSource } from 'typeorm';
import { EVENT_TABLE, EventEntity } from '../events/event.entity.js';

/** An entity, the name that it gives to its table, and what that holds. */
export interface NamedTable {
  entity: new () => object;
  given: string;
  holds:
    | 'events'
    | 'keys'
    | 'positions of consumers'
    | 'parked events'
    | 'webhooks'
    | 'deliveries of webhooks'
    | 'conversations'
    | 'messages'
    | 'feedback'
    | 'erased ids'
    | 'requests to erase';
  /** The export that makes it, where it is not `eventLogMigrations`. */
  migrations?: 'eventLogConsumerMigrations' | 'eventLogConversationMigrations';
}

export const EVENTS: NamedTable = { entity: EventEntity, given: EVENT_TABLE, holds: 'events' };

/** Name of a table as TypeORM has it for the entity: by the data source's `namingStrategy` and `entityPrefix`. */
export function tableName({ namingStrategy, options }: DataSource, { entity, given } = EVENTS): string {
  const name = namingStrategy.tableName(entity.name, given);
  return options.entityPrefix ? namingStrategy.prefixTableName(options.entityPrefix, name) : name;
}

/** The same as SQL, with the data source's `schema`, which PostgreSQL alone has. */
export function qualifiedName(dataSource: DataSource, table = EVENTS): string {
  const name = dataSource.driver.escape(tableName(dataSource, table));
  const { type, schema } = dataSource.options as { type: string; schema?: string };
  return schema && type === 'postgres' ? `${dataSource.driver.escape(schema)}.${name}` : name;
}

import type { DataSource } from 'typeorm';
import { qualifiedName, tableName, type NamedTable } from './table-name.js';

class EventLogFeed {}

/** What the feed keeps of its own, where an engine needs it. */
export const FEED: NamedTable = { entity: EventLogFeed, given: 'event_log_feed', holds: 'events' };

/** Name of something that belongs to the table of events, as SQL. */
export function nameBeside(dataSource: DataSource, suffix: string): string {
  const { type, schema } = dataSource.options as { type: string; schema?: string };
  const name = dataSource.driver.escape(`${tableName(dataSource)}${suffix}`);
  return schema && type === 'postgres' ? `${dataSource.driver.escape(schema)}.${name}` : name;
}

/** Name of the feed's own table, as SQL. */
export const feedTableName = (dataSource: DataSource) => qualifiedName(dataSource, FEED);

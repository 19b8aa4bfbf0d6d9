import type { DataSource } from 'typeorm';
import { EventSource } from '../../sql/event-source.js';
import { quotedBefore, sql } from '../../sql/sql.js';
import { qualifiedName, tableName } from '../engines/table-name.js';
import { dialectOf } from './dialect-of.js';

/** The table of events of a data source, with or without rows that have no `user_key` yet. */
export function eventSourceOf(dataSource: DataSource, hasUserKeys: boolean, guard = 'TRUE'): EventSource {
  const dialect = { ...dialectOf(dataSource), hasUserKeys };
  const table = sql`${quotedBefore(qualifiedName(dataSource))} AS e`;
  const byCreated = quotedBefore(dataSource.driver.escape(`${tableName(dataSource)}_by_created`));
  return new EventSource(table, dialect, { ofProject: dialect.ofProject?.(table, byCreated), guard: quotedBefore(guard) });
}

import type { DataSource } from 'typeorm';
import { EventSource } from '../../sql/event-source.js';
import { byProjectId, type OfProject } from '../../sql/scope-sql.js';
import { bind, quotedBefore, sql } from '../../sql/sql.js';
import { qualifiedName, tableName } from '../engines/table-name.js';
import { projectKey } from '../events/event-columns.js';
import { dialectOf } from './dialect-of.js';

/**
 * The table of events of a data source, with or without rows that have no `user_key` yet. Where Citus distributes it, a statement
 * with the key of the project in it goes to one shard as it is.
 */
export function eventSourceOf(dataSource: DataSource, hasUserKeys: boolean, guard = 'TRUE', isDistributed = false): EventSource {
  const dialect = { ...dialectOf(dataSource), hasUserKeys };
  const table = sql`${quotedBefore(qualifiedName(dataSource))} AS e`;
  const byCreated = quotedBefore(dataSource.driver.escape(`${tableName(dataSource)}_by_created`));
  return new EventSource(table, dialect, {
    ofProject: dialect.ofProject?.(table, byCreated),
    guard: quotedBefore(guard),
    ...(isDistributed && { isOfProject: onShard }),
  });
}

const onShard: OfProject = (projectId) => sql`e.project_key = ${bind(projectKey(projectId))} AND ${byProjectId(projectId)}`;

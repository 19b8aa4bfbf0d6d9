import type { EventListing } from '../../storage/reading/event-query.interface.js';
import { projectKey } from '../events/event-columns.js';
import { columnsOf } from './event-rows.js';
import type { EventSource } from '../../sql/event-source.js';
import { areIndexed, fieldsOf } from '../../sql/indexed-fields.js';
import { keysetSql } from '../../sql/keyset-sql.js';
import { identityOrder, projectOrderSql } from '../../sql/order-sql.js';
import { bind, integer, sql, type Sql } from '../../sql/sql.js';

/** A page of events, or of `columns` of them, and one more where there are more. */
export function listSql(listing: EventListing, source: EventSource, columns = columnsOf(source)): Sql {
  const { projectId } = listing.scope;
  if (projectId === undefined || !isOfEntityTypes(listing)) return sql`SELECT ${columns} ${foundSql(listing, source)}`;
  // The keys first, from the index alone: else each event of other entity types would be read, too.
  const keys = sql`SELECT e.created_at, e.id ${foundSql(listing, source)}`;
  const isFound = sql`e.project_key = ${bind(projectKey(projectId))} AND e.id = k.id`;
  return sql`SELECT ${columns} FROM (${keys}) AS k JOIN ${source.table} ON ${isFound} ORDER BY k.created_at DESC, k.id DESC`;
}

function foundSql({ scope, where, limit, after }: EventListing, source: EventSource): Sql {
  const { dialect } = source;
  const order = identityOrder(scope, 'desc');
  const later = after === undefined ? [] : [keysetSql(order, after, dialect)];
  return sql`FROM ${source.tableOf(scope)} ${source.where(scope, where, ...later)} ${projectOrderSql(order, scope, dialect)} LIMIT ${integer(limit + 1)}`;
}

function isOfEntityTypes({ scope, where }: EventListing): boolean {
  const fields = fieldsOf(where);
  const isAsked = scope.entityTypes !== undefined || fields.includes('entityType');
  return isAsked && areIndexed(fields, scope);
}

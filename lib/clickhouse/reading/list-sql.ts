import type { EventSource } from '../../sql/event-source.js';
import { keysetSql } from '../../sql/keyset-sql.js';
import { CREATED_AT } from '../../sql/operand-sql.js';
import { identityOrder, orderSql } from '../../sql/order-sql.js';
import { bind, integer, joined, quotedBefore, sql, type Sql } from '../../sql/sql.js';
import type { EventListing, ReadScope } from '../../storage/reading/event-query.interface.js';
import { EVENT_COLUMNS } from '../event-row.js';

const COLUMNS = joined(
  EVENT_COLUMNS.map((column) => quotedBefore(`e.${column} AS ${column}`)),
  ', ',
);

/** The events of a scope with an id. */
export function findSql(id: string, scope: ReadScope, source: EventSource): Sql {
  const where = source.where(scope, { operand: { field: 'id' }, operator: 'in', values: [id] });
  return sql`SELECT ${COLUMNS} FROM ${source.table} ${where}`;
}

/** A page of events of a time, in milliseconds, or later, and one more where there are more. Without a time, of all. */
export function listSql({ scope, where, limit, after }: EventListing, source: EventSource, since?: number): Sql {
  const order = identityOrder(scope, 'desc');
  const bounds = [
    ...(after === undefined ? [] : [keysetSql(order, after, source.dialect)]),
    ...(since === undefined ? [] : [sql`${CREATED_AT} >= ${bind(since)}`]),
  ];
  const found = sql`${source.where(scope, where, ...bounds)} ${orderSql(order, source.dialect)}`;
  return sql`SELECT ${COLUMNS} FROM ${source.table} ${found} LIMIT ${integer(limit + 1)}`;
}

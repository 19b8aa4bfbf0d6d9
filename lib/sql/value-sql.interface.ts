import type { Sql } from './sql.js';
import type { ValueType } from './value-type.js';

/** An expression in SQL. */
export interface ValueSql {
  /** As it is grouped and ordered by. */
  readonly raw: Sql;
  readonly type: ValueType;
  readonly isNullable: boolean;
}

/** What rows are ordered by. */
export interface OrderSql {
  readonly value: ValueSql;
  readonly direction: 'asc' | 'desc';
}

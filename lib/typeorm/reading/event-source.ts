import type { DataSource } from 'typeorm';
import type { Condition, ReadScope } from '../../storage/reading/event-query.interface.js';
import { qualifiedName, tableName } from '../engines/table-name.js';
import { conditionSql } from './condition-sql.js';
import { all } from './logic.js';
import type { ReadDialect } from './read-dialect.interface.js';
import { scopeSql } from './scope-sql.js';
import { quotedBefore, sql, type Sql } from './sql.js';

/** What statements are made from: the table of events, named `e` in each, and who did it. */
export class EventSource {
  readonly table: Sql;
  private readonly tableOfProject: Sql;
  private readonly guard: Sql;

  constructor(
    dataSource: DataSource,
    readonly dialect: ReadDialect,
    guard = 'TRUE',
  ) {
    this.table = sql`${quotedBefore(qualifiedName(dataSource))} AS e`;
    const byCreated = quotedBefore(dataSource.driver.escape(`${tableName(dataSource)}_by_created`));
    this.tableOfProject = dialect.ofProject?.(this.table, byCreated) ?? this.table;
    this.guard = quotedBefore(guard);
  }

  /** Where the events of a scope are looked for. */
  tableOf({ projectId }: ReadScope): Sql {
    return projectId === undefined ? this.table : this.tableOfProject;
  }

  /** The scope stands before all that a caller asks for, and outside of it. */
  where(scope: ReadScope, condition: Condition, ...more: readonly Sql[]): Sql {
    const asked = [conditionSql(condition, this.dialect), ...more];
    return sql`WHERE ${this.guard} AND ${scopeSql(scope)} AND ${all(asked)}`;
  }
}

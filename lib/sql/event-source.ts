import type { Condition, ReadScope } from '../storage/reading/event-query.interface.js';
import { conditionSql } from './condition-sql.js';
import { all, TRUE } from './logic.js';
import type { ReadDialect } from './read-dialect.interface.js';
import { byProjectId, type OfProject, scopeSql } from './scope-sql.js';
import { sql, type Sql } from './sql.js';

/** What an engine may say of its table beside its name. */
export interface EventSourceParts {
  /** The table, where events of one project are looked for. */
  readonly ofProject?: Sql;
  /** What stands before all else in each condition. */
  readonly guard?: Sql;
  /** How the engine finds the events of a project, where that is not by `project_id` alone. */
  readonly isOfProject?: OfProject;
}

/** What statements are made from: the table of events, named `e` in each, and how its engine writes SQL. */
export class EventSource {
  constructor(
    readonly table: Sql,
    readonly dialect: ReadDialect,
    private readonly parts: EventSourceParts = {},
  ) {}

  /** Where the events of a scope are looked for. */
  tableOf({ projectId }: ReadScope): Sql {
    return projectId === undefined ? this.table : (this.parts.ofProject ?? this.table);
  }

  /** The scope stands before all that a caller asks for, and outside of it. */
  where(scope: ReadScope, condition: Condition, ...more: readonly Sql[]): Sql {
    const { guard = TRUE, isOfProject = byProjectId } = this.parts;
    const asked = [conditionSql(condition, this.dialect), ...more];
    return sql`WHERE ${guard} AND ${scopeSql(scope, isOfProject)} AND ${all(asked)}`;
  }
}

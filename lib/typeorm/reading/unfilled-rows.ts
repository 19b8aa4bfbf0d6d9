import type { DataSource } from 'typeorm';
import { userKeyOf } from '../../events/user-key.js';
import { parseJsonText } from '../../events/json-text.js';
import { databaseOf } from '../engines/database-of.js';
import type { Database, Result, TextRow } from '../engines/database.js';
import { utcText } from '../engines/postgres/database.js';
import { refuseOpenTransaction } from '../engines/sqlite/connection.js';
import { SqliteDatabase } from '../engines/sqlite/database.js';
import { qualifiedName, tableName } from '../engines/table-name.js';
import { DEFAULT_TIMEOUT_MS } from '../engines/with-connection.js';

/** A row without a user key, as far as it is read. */
export type UnfilledRow = Record<'project_key' | 'id' | 'created_at', string> & { user_properties: string | null };

/** The rows that an earlier version wrote. The index of users finds them: a look costs two short reads a project. */
export class UnfilledRows {
  private readonly database: Database;
  private readonly table: string;
  private readonly time: string;
  private readonly byUser: string;
  private readonly order: string;

  constructor(dataSource: DataSource) {
    this.database = databaseOf(dataSource);
    this.table = qualifiedName(dataSource);
    this.time = timeText(dataSource.options.type);
    this.byUser = byUser(dataSource);
    // What is the same in all rows, too: PostgreSQL sorts by the index only so, and MariaDB only without it.
    this.order = dataSource.options.type === 'postgres' ? 'project_id, user_key, ' : '';
  }

  /** Null, for events of no project, and each project. */
  async *projects(): AsyncGenerator<string | null> {
    let project: string | null | undefined = null;
    while (project !== undefined) {
      yield project;
      project = await this.projectAfter(project);
    }
  }

  /** The first `limit` of a project, of `from` or later. */
  async find(project: string | null, from: string | undefined, limit: number): Promise<UnfilledRow[]> {
    const values: string[] = [];
    const place = (value: string) => this.database.parameter(values.push(value));
    const ofProject = project === null ? 'project_id IS NULL' : `project_id = ${place(project)}`;
    // What is filled stays in PostgreSQL's index for a while: without a start, each slice would walk over all of it again.
    const isLater = from === undefined ? '' : `AND created_at >= ${place(from)} `;
    const { rows } = await this.run<UnfilledRow>(
      `SELECT project_key, id, user_properties, ${this.time} AS created_at FROM ${this.table}${this.byUser} ` +
        `WHERE ${ofProject} AND user_key IS NULL ${isLater}` +
        `ORDER BY ${this.order}${this.table}.created_at LIMIT ${limit}`,
      values,
    );
    return rows;
  }

  /** Fills rows of one project, and resolves to how many: those that are filled or deleted meanwhile stay as they are. */
  async fill(rows: readonly UnfilledRow[]): Promise<number> {
    const values: (string | null)[] = [];
    const place = (value: string | null) => this.database.parameter(values.push(value));
    // Not `CASE id WHEN …`, which Citus hands on with null in place of the id.
    const cases = rows.map((row) => `WHEN id = ${place(row.id)} THEN ${place(keyOf(row))}`);
    const project = place(rows[0].project_key);
    const ids = rows.map(({ id }) => place(id));
    const { affected } = await this.run(
      `UPDATE ${this.table} SET user_key = CASE ${cases.join(' ')} END ` +
        `WHERE project_key = ${project} AND id IN (${ids.join(', ')}) AND user_key IS NULL`,
      values,
    );
    return affected;
  }

  /** Whether an error means that the same may work later. */
  isUnavailable(error: unknown): boolean {
    return this.database.isUnavailable(error);
  }

  private async projectAfter(project: string | null): Promise<string | undefined> {
    const condition = project === null ? 'IS NOT NULL' : `> ${this.database.parameter(1)}`;
    const sql = `SELECT project_id FROM ${this.table} WHERE project_id ${condition} ORDER BY project_id LIMIT 1`;
    const { rows } = await this.run<{ project_id: string }>(sql, project === null ? [] : [project]);
    return rows.at(0)?.project_id;
  }

  private async run<R = TextRow>(sql: string, values: readonly (string | null)[]): Promise<Result<R>> {
    const { database } = this;
    // The host has the same connection: what is written in its transaction may be undone with it.
    if (database instanceof SqliteDatabase) refuseOpenTransaction(database.connection);
    return database.run<R>({ sql, values }, performance.now() + DEFAULT_TIMEOUT_MS);
  }
}

function keyOf({ user_properties }: UnfilledRow): string {
  return userKeyOf({ userProperties: user_properties === null ? null : parseJsonText(user_properties) });
}

function timeText(type: string): string {
  if (type === 'better-sqlite3') return 'created_at';
  return type === 'postgres' ? utcText('created_at') : 'CAST(created_at AS CHAR)';
}

// MariaDB would rather sort all events of a project.
function byUser(dataSource: DataSource): string {
  if (!/^(?:mysql|mariadb)$/.test(dataSource.options.type)) return '';
  return ` FORCE INDEX (${dataSource.driver.escape(`${tableName(dataSource)}_by_user`)})`;
}

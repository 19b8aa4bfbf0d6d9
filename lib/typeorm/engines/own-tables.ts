import type { DataSource } from 'typeorm';
import { failingPlainly } from '../events/failing-plainly.js';
import { joined, quotedBefore, type Sql, sql, toStatement } from '../../sql/sql.js';
import { databaseOf } from './database-of.js';
import type { Database, Result, Statement, TextRow } from './database.js';
import { isConflict } from './driver-error.js';
import { openTable } from './open-table.js';
import { type NamedTable, qualifiedName } from './table-name.js';
import { DEFAULT_TIMEOUT_MS } from './with-connection.js';

/** Tables that only statements of ours read and write: parsers of a driver would change what is read. */
export abstract class OwnTables {
  private readonly database: Database;

  /** `keeps` is what is done with them, as in `keeps positions of consumers`; `times` are the columns that are times. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly keeps: string,
    private readonly times: readonly string[],
  ) {
    this.database = databaseOf(dataSource, ['typeOrmStorage', `keeps ${keeps}`]);
  }

  async read(statement: Sql): Promise<TextRow[]> {
    return (await this.run(statement, false)).rows;
  }

  /** The same of a statement that writes, too. */
  async writeAndRead(statement: Sql): Promise<TextRow[]> {
    return (await this.writeAndTell(statement)).rows;
  }

  /** Tells how many rows were written. */
  async write(statement: Sql): Promise<number> {
    return (await this.writeAndTell(statement)).affected;
  }

  /** Tells what else there is to tell, too. */
  writeAndTell(statement: Sql): Promise<Result> {
    // What the host rolls back would be done once more: a lease would be given with the same term.
    return this.run(statement, true);
  }

  /** Writes by statements of which all take place, or none. */
  async writeAll(statements: readonly Sql[]): Promise<void> {
    const all = statements.map((statement) => this.statementOf(statement, true));
    await this.plainly(() => this.patiently((deadline) => this.database.runAll(all, deadline)));
  }

  protected nameOf(table: NamedTable): Sql {
    return quotedBefore(qualifiedName(this.dataSource, table));
  }

  protected selectOf(columns: readonly string[], table: Sql): Sql {
    const read = columns.map((column) => (this.times.includes(column) ? this.database.keyTime(column) : column));
    return sql`SELECT ${joined(read.map(quotedBefore), ', ')} FROM ${table}`;
  }

  /** Fails, in a sentence that says what to do, where a table isn't there or can't be used. */
  protected async openAll(tables: readonly (readonly [NamedTable, readonly string[]])[]): Promise<void> {
    const deadline = performance.now() + DEFAULT_TIMEOUT_MS;
    for (const [table, columns] of tables) await openTable(this.dataSource, this.database, columns, deadline, table);
  }

  /** Whether a table is there. */
  protected async has(table: NamedTable): Promise<boolean> {
    const statement = { sql: `SELECT 1 FROM ${qualifiedName(this.dataSource, table)} LIMIT 0` };
    try {
      await this.database.run(statement, performance.now() + DEFAULT_TIMEOUT_MS);
      return true;
    } catch (error) {
      if (this.database.isMissingTable(error)) return false;
      return failingPlainly(
        `keep ${this.keeps}`,
        (fault) => this.database.isUnavailable(fault),
        () => Promise.reject(error),
      );
    }
  }

  private run(statement: Sql, isOurs: boolean): Promise<Result> {
    const one = this.statementOf(statement, isOurs);
    return this.plainly(() => this.patiently((deadline) => this.database.run(one, deadline)));
  }

  private statementOf(statement: Sql, isOurs: boolean): Statement {
    const { sql: text, values } = toStatement(statement, (number) => this.database.parameter(number));
    // For hosts that log their queries, without the values: an error can hold data of an event.
    this.dataSource.logger.logQuery(text);
    return { sql: text, values: values as (string | null)[], isOurs };
  }

  private plainly<T>(work: () => Promise<T>): Promise<T> {
    return failingPlainly(`keep ${this.keeps}`, (error) => this.database.isUnavailable(error), work);
  }

  /** Again where another statement was first: it is then seen what that has changed, as with any other isolation level. */
  private async patiently<T>(work: (deadline: number) => Promise<T>): Promise<T> {
    for (const deadline = performance.now() + DEFAULT_TIMEOUT_MS; ;) {
      try {
        return await work(deadline);
      } catch (error) {
        if (!isConflict(error) || performance.now() > deadline) throw error;
      }
    }
  }
}

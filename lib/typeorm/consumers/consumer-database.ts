import type { DataSource } from 'typeorm';
import type { Database, Result, Statement, TextRow } from '../engines/database.js';
import { databaseOf } from '../engines/database-of.js';
import { isConflict } from '../engines/driver-error.js';
import { openTable } from '../engines/open-table.js';
import { qualifiedName } from '../engines/table-name.js';
import { DEFAULT_TIMEOUT_MS } from '../engines/with-connection.js';
import { failingPlainly } from '../events/failing-plainly.js';
import { joined, quotedBefore, type Sql, sql, toStatement } from '../reading/sql.js';
import { CONSUMER_COLUMNS, CONSUMER_TIMES, PARKED_COLUMNS } from './consumer-rows.js';
import { CONSUMERS, PARKED_EVENTS } from './consumer-tables.js';

/** The tables of consumers, in statements of our own: parsers of a driver would change what is read. */
export class ConsumerDatabase {
  readonly consumers: Sql;
  readonly parkedEvents: Sql;
  readonly selectConsumers: Sql;
  readonly selectParkedEvents: Sql;
  private readonly database: Database;

  constructor(private readonly dataSource: DataSource) {
    this.database = databaseOf(dataSource, ['typeOrmStorage', 'keeps positions of consumers']);
    this.consumers = quotedBefore(qualifiedName(dataSource, CONSUMERS));
    this.parkedEvents = quotedBefore(qualifiedName(dataSource, PARKED_EVENTS));
    this.selectConsumers = sql`SELECT ${this.listOf(CONSUMER_COLUMNS)} FROM ${this.consumers}`;
    this.selectParkedEvents = sql`SELECT ${this.listOf(PARKED_COLUMNS)} FROM ${this.parkedEvents}`;
  }

  /** Fails, in a sentence that says what to do, where a table isn't there or can't be used. */
  async open(): Promise<void> {
    const deadline = performance.now() + DEFAULT_TIMEOUT_MS;
    await openTable(this.dataSource, this.database, CONSUMER_COLUMNS, deadline, CONSUMERS);
    await openTable(this.dataSource, this.database, [...PARKED_COLUMNS, 'number'], deadline, PARKED_EVENTS);
  }

  async read(statement: Sql): Promise<TextRow[]> {
    return (await this.run(statement, false)).rows;
  }

  /** The same of a statement that writes, too. */
  async writeAndRead(statement: Sql): Promise<TextRow[]> {
    return (await this.run(statement, true)).rows;
  }

  /** Tells how many rows were written. */
  async write(statement: Sql): Promise<number> {
    // A lease that is rolled back would be given once more, with the same term.
    return (await this.run(statement, true)).affected;
  }

  private run(statement: Sql, isOurs: boolean): Promise<Result> {
    const { sql: text, values } = toStatement(statement, (number) => this.database.parameter(number));
    // For hosts that log their queries, without the values: an error can hold data of an event.
    this.dataSource.logger.logQuery(text);
    const run = () => this.runPatiently({ sql: text, values: values as (string | null)[], isOurs });
    return failingPlainly('keep positions of consumers', (error) => this.database.isUnavailable(error), run);
  }

  /** Again where another statement was first: it is then seen what that has changed, as with any other isolation level. */
  private async runPatiently(statement: Statement): Promise<Result> {
    for (const deadline = performance.now() + DEFAULT_TIMEOUT_MS; ;) {
      try {
        return await this.database.run(statement, deadline);
      } catch (error) {
        if (!isConflict(error) || performance.now() > deadline) throw error;
      }
    }
  }

  private listOf(columns: readonly string[]): Sql {
    const read = columns.map((column) => (CONSUMER_TIMES.includes(column) ? this.database.keyTime(column) : column));
    return joined(read.map(quotedBefore), ', ');
  }
}

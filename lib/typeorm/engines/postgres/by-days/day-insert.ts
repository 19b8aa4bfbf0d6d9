import type { DataSource } from 'typeorm';
import { logger } from '../../../../diagnostics/logger.js';
import type { RowKey } from '../../engine.js';
import type { PostgresDatabase } from '../database.js';
import { insertPartsOf } from '../insert-sql.js';
import { DAY_COLUMN } from './day-column.js';
import { DayPartitions } from './day-partitions.js';
import { SettledDay } from './settled-day.js';

/** How rows get into a table that is kept by days; undefined where it is not. */
export async function dayInsertOf(
  dataSource: DataSource,
  database: PostgresDatabase,
  deadline: number,
): Promise<DayInsert | undefined> {
  const partitions = new DayPartitions(dataSource);
  if (!(await partitions.areUsed(deadline))) return undefined;
  await partitions.prepare(deadline);
  logger.log(await partitions.bootLine(deadline));
  return new DayInsert(dataSource, database, partitions);
}

/**
 * Stores rows under the day on which the database receives them. An index can't be unique over partitions without their day in it,
 * so of ids of other days each is looked up.
 */
export class DayInsert {
  private readonly day: SettledDay;
  private readonly sql: string;

  constructor(
    dataSource: DataSource,
    private readonly database: PostgresDatabase,
    private readonly partitions: DayPartitions,
  ) {
    this.day = new SettledDay(dataSource, database);
    this.sql = sqlOf(dataSource, this.day);
  }

  /** The keys of those that are new. */
  async insert(values: readonly Buffer[], deadline: number): Promise<RowKey[]> {
    for (;;) {
      const day = await this.day.current(deadline);
      // Nobody waits for it: there are partitions for some days to come, and one for all others.
      this.partitions.prepareLater(day);
      const statement = { name: 'event_log_insert_by_day', sql: this.sql, values: [...values, day] };
      const { rows } = await this.database.run<RowKey>(statement, deadline);
      if (rows.at(0)?.id !== null) return rows;
      this.day.end(day);
    }
  }
}

function sqlOf(dataSource: DataSource, settled: SettledDay): string {
  const { table, columns, read, sent, isNotErased, parameters } = insertPartsOf(dataSource);
  const day = `$${parameters + 1}::date`;
  // Apart, as only so the partition of the day is left out: while it grows, a plan that is kept would read all of it.
  const isKnown = ['<', '>'].map(
    (other) =>
      `(SELECT TRUE FROM ${table} AS stored WHERE stored.project_key = event.project_key AND stored.id = event.id ` +
      `AND stored.${DAY_COLUMN} ${other} ${day} LIMIT 1) IS NOT NULL`,
  );
  return (
    `WITH today AS MATERIALIZED (SELECT ${settled.isStill(day)} AS is_still), ` +
    `inserted AS (INSERT INTO ${table} (${columns}, ${DAY_COLUMN}) SELECT ${read}, ${day} FROM today, ${sent} ` +
    `WHERE today.is_still AND (${isNotErased}) AND NOT ${isKnown.join(' AND NOT ')} ` +
    `ON CONFLICT (project_key, id, ${DAY_COLUMN}) DO NOTHING RETURNING project_key, id) ` +
    'SELECT project_key, id FROM inserted UNION ALL SELECT NULL, NULL FROM today WHERE is_still IS NOT TRUE'
  );
}

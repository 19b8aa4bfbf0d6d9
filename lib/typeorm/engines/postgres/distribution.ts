import type { DataSource } from 'typeorm';
import { once } from '../../../timing/once.js';
import { isByDays } from './by-days/day-column.js';
import { EVENTS, type NamedTable, qualifiedName, tableName } from '../table-name.js';
import type { PostgresDatabase } from './database.js';

/** Whether one server has a table, or the extension Citus has spread its rows over several, those of a project on one. */
export type Distribution = 'none' | 'by project';

export const DISTRIBUTED_BY = 'project_key';

/** What Citus says of a table. */
interface Shape {
  local_group: string;
  /** `h`: by hash; `n`: not by a column. Null: Citus does not know the table. */
  method: string | null;
  column: string | null;
  /** `t`: a copy on each node. */
  replication: string | null;
  /** 0: in no group of tables that lie together, as a table of one server. */
  colocation: string | null;
  /** Whether it is kept by days. */
  by_days: 'true' | 'false';
}

/** Costs one statement where there is no Citus. Fails, in a sentence that says what to do, where events can't be kept so. */
export async function distributionOf(
  dataSource: DataSource,
  database: PostgresDatabase,
  deadline: number,
): Promise<Distribution> {
  const shape = await shapeOf(EVENTS, dataSource, database, deadline);
  if (shape === undefined) return 'none';
  const { local_group, method, column } = shape;
  if (local_group !== '0') {
    throw new Error(
      'The data source leads to a worker of Citus: connect to its coordinator, whose transactions alone tell the order of events.',
    );
  }
  if (!isOfCitus(shape)) return 'none';
  if (shape.by_days === 'true') {
    throw new Error(
      `Expected the table \`${tableName(dataSource)}\` to be kept by days or distributed by Citus, got both: run SELECT undistribute_table('${tableName(dataSource)}').`,
    );
  }
  if (method === 'h' && column === DISTRIBUTED_BY) return 'by project';
  const way = method === 'n' ? 'kept whole by Citus' : `distributed by \`${column}\``;
  throw new Error(
    `Expected the table \`${tableName(dataSource)}\` to be distributed by \`${DISTRIBUTED_BY}\`, but it is ${way}: run SELECT undistribute_table('${tableName(dataSource)}'), and npx nestjs-event-log citus distribute.`,
  );
}

/** Tells whether the events of each project lie on one of several servers. Asks the database the first time. */
export function distributedByProject(dataSource: DataSource, database: PostgresDatabase): (deadline: number) => Promise<boolean> {
  return once(async (deadline: number) => (await distributionOf(dataSource, database, deadline)) === 'by project');
}

/** What Citus says of a table; undefined where there is no Citus. */
export async function shapeOf(
  table: NamedTable,
  dataSource: DataSource,
  database: PostgresDatabase,
  deadline: number,
): Promise<Shape | undefined> {
  const hasCitus = `SELECT 1 WHERE to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL`;
  if ((await database.run({ sql: hasCitus }, deadline)).rows.length === 0) return undefined;
  const shape =
    'SELECT (SELECT groupid FROM pg_catalog.pg_dist_local_group)::text AS local_group, partmethod::text AS method, ' +
    'column_to_column_name(logicalrelid, partkey) AS column, repmodel::text AS replication, colocationid::text AS colocation, ' +
    `${isByDays('to_regclass($1)')}::text AS by_days ` +
    'FROM (SELECT) AS always LEFT JOIN pg_catalog.pg_dist_partition ON logicalrelid = to_regclass($1)';
  return (await database.run<Shape>({ sql: shape, values: [qualifiedName(dataSource, table)] }, deadline)).rows[0];
}

/** Whether Citus keeps a table on other nodes, too: what lies on the coordinator alone is like any other table. */
export function isOfCitus({ method, replication, colocation }: Shape): boolean {
  return method !== null && !(method === 'n' && replication !== 't' && colocation === '0');
}

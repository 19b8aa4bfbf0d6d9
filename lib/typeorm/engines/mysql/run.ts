import { within } from '../../../timing/within.js';
import { millisecondsUntil } from '../with-connection.js';
import type { Connection } from './pool.js';

export interface MysqlStatement {
  sql: string;
  values?: readonly unknown[];
}

interface Field {
  string(): string | null;
}

/** What overrides settings of the host that change what is read: `typeCast`, `dateStrings`, `rowsAsArray` and the like. */
const AS_TEXT = { typeCast: (field: Field) => field.string(), rowsAsArray: false, nestTables: false, namedPlaceholders: false };

/**
 * Runs a statement below TypeORM's query(), which would log it with its parameters; with `execute`, as a prepared one.
 * Resolves to what the driver gives: rows, or an object that tells how many were written.
 */
export function run(connection: Connection, how: 'query' | 'execute', statement: MysqlStatement, deadline: number) {
  const { sql, values = [] } = statement;
  const given = how === 'execute' ? values : values.map(asLiteral);
  const answer = new Promise<unknown>((resolve, reject) => {
    connection[how]!({ ...AS_TEXT, sql, values: given }, (error, result) => (error ? reject(error) : resolve(result)));
  });
  // Not by the driver's `timeout`: after an error, mysql2 lets that run on, which would hold up the end of the process.
  return within(millisecondsUntil(deadline), answer);
}

// In hexadecimal: what a driver quotes with backslashes is SQL to a server whose sql_mode is changed while the host runs.
function asLiteral(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asLiteral);
  if (typeof value !== 'string') return value;
  return { toSqlString: () => `_utf8mb4 X'${Buffer.from(value).toString('hex')}'` };
}

/** SERVER_STATUS_IN_TRANS of the protocol. */
const IN_TRANSACTION = 1;

/** Whether the server has said, with the result of a write, that a transaction is open after it. */
export function leavesTransactionOpen(result: unknown): boolean {
  return ((Number((result as { serverStatus?: unknown } | undefined)?.serverStatus) || 0) & IN_TRANSACTION) !== 0;
}

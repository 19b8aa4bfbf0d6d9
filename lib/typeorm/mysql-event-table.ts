import type { DataSource } from 'typeorm';
import {
  codeOf,
  COLUMNS,
  type EventRow,
  type EventTable,
  keyOf,
  NETWORK_FAULT,
  qualifiedName,
  STATEMENT_TIMEOUT_MS,
  withIsoTimes,
  withSqlTimes,
} from './event-table.js';

interface Connection {
  query<T>(options: { sql: string; values: unknown[]; timeout: number }, callback: (error: unknown, rows: T[]) => void): void;
  destroy(): void;
}

const TIMES: readonly string[] = ['created_at', 'received_at'];
const MAX_ATTEMPTS = 5;

/** MySQL and MariaDB: they can't tell which rows of an insert were new, so a plain insert fails on the first old one. */
export class MysqlEventTable implements EventTable {
  private readonly insertSql: string;
  private readonly selectSql: string;

  constructor(private readonly dataSource: DataSource) {
    const table = qualifiedName(dataSource);
    // As text: as a Date, the driver would take it for its own time zone.
    const read = COLUMNS.map((column) => (TIMES.includes(column) ? `CAST(${column} AS CHAR) AS ${column}` : column));
    this.insertSql = `INSERT INTO ${table} (${COLUMNS.join(', ')}) VALUES ?`;
    this.selectSql = `SELECT ${read.join(', ')} FROM ${table} WHERE (project_key, id) IN (?)`;
  }

  async open(): Promise<void> {
    await this.query(`SELECT ${COLUMNS.join(', ')} FROM ${qualifiedName(this.dataSource)} LIMIT 0`, []);
    const [{ mode }] = await this.query<{ mode: string }>('SELECT @@SESSION.sql_mode AS mode', []);
    if (mode.includes('NO_BACKSLASH_ESCAPES')) {
      throw new Error('typeOrmStorage() needs an sql_mode without NO_BACKSLASH_ESCAPES: mysql2 quotes texts with backslashes.');
    }
  }

  async insert(rows: readonly EventRow[]): Promise<EventRow[]> {
    const existing: EventRow[] = [];
    // One order for all writers: two batches with the same ids would else wait for each other.
    let left = rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    for (let attempt = 1; left.length > 0; attempt++) {
      try {
        await this.query(this.insertSql, [left.map(withSqlTimes).map((row) => COLUMNS.map((column) => row[column]))]);
        return existing;
      } catch (error) {
        if (codeOf(error) !== 'ER_DUP_ENTRY' || attempt === MAX_ATTEMPTS) throw error;
      }
      const found = await this.query(this.selectSql, [left.map((row) => [row.project_key, row.id])]);
      existing.push(...found.map(withIsoTimes));
      const isOld = new Set(found.map(keyOf));
      left = left.filter((row) => !isOld.has(keyOf(row)));
    }
    return existing;
  }

  isUnavailable(error: unknown): boolean {
    const code = codeOf(error);
    return (
      UNAVAILABLE.test(code) ||
      NETWORK_FAULT.test(code) ||
      /pool is closed|driver not connected|connection is not established/i.test((error as Error)?.message ?? '')
    );
  }

  // Below TypeORM's query(), which would log statements with their parameters.
  private async query<T = EventRow>(sql: string, values: unknown[]): Promise<T[]> {
    const runner = this.dataSource.createQueryRunner('master');
    try {
      const connection = (await runner.connect()) as Connection;
      return await new Promise((resolve, reject) => {
        connection.query<T>({ sql, values, timeout: STATEMENT_TIMEOUT_MS }, (error, rows) => {
          // A connection that is black would be black for the next batch too.
          if (codeOf(error) === 'PROTOCOL_SEQUENCE_TIMEOUT') connection.destroy();
          if (error) reject(error);
          else resolve(rows);
        });
      });
    } finally {
      await runner.release();
    }
  }
}

const UNAVAILABLE =
  /^(?:PROTOCOL_\w+|POOL_\w+|ER_(?:CON_COUNT_ERROR|LOCK_WAIT_TIMEOUT|LOCK_DEADLOCK|SERVER_SHUTDOWN|TOO_MANY_USER_CONNECTIONS|USER_LIMIT_REACHED|QUERY_INTERRUPTED|QUERY_TIMEOUT|CONNECTION_KILLED|DISK_FULL|RECORD_FILE_FULL|OPTION_PREVENTS_STATEMENT|OUT_OF_RESOURCES|STATEMENT_TIMEOUT))$/;

import type { DataSource } from 'typeorm';
import { codeOf, COLUMNS, type EventRow, type EventTable, keyOf, NETWORK_FAULT, qualifiedName } from './event-table.js';

type Callback = (error: unknown, rows: EventRow[]) => void;

interface Connection {
  query(sql: string, values: unknown[], callback: Callback): void;
}

const UTC = `'%Y-%m-%dT%H:%i:%s.%f'`;
const TIMES = ['created_at', 'received_at'] as const;
const MAX_ATTEMPTS = 5;

/** MySQL and MariaDB: they can't tell which rows of an insert were new, so a plain insert fails on the first old one. */
export class MysqlEventTable implements EventTable {
  private readonly insertSql: string;
  private readonly selectSql: string;

  constructor(private readonly dataSource: DataSource) {
    const table = qualifiedName(dataSource);
    const columns = COLUMNS.map((column) => `\`${column}\``);
    const read = COLUMNS.map((column) =>
      isTime(column) ? `DATE_FORMAT(\`${column}\`, ${UTC}) AS \`${column}\`` : `\`${column}\``,
    );
    this.insertSql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ?`;
    this.selectSql = `SELECT ${read.join(', ')} FROM ${table} WHERE (project_key, id) IN (?)`;
  }

  async open(): Promise<void> {
    await this.query(
      `SELECT ${COLUMNS.map((column) => `\`${column}\``).join(', ')} FROM ${qualifiedName(this.dataSource)} LIMIT 0`,
      [],
    );
  }

  async insert(rows: readonly EventRow[]): Promise<EventRow[]> {
    const existing: EventRow[] = [];
    // One order for all writers: two batches with the same ids would else wait for each other.
    let left = rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    for (let attempt = 1; left.length > 0; attempt++) {
      try {
        await this.query(this.insertSql, [left.map(toValues)]);
        return existing;
      } catch (error) {
        if (codeOf(error) !== 'ER_DUP_ENTRY' || attempt === MAX_ATTEMPTS) throw error;
      }
      const found = await this.query(this.selectSql, [left.map((row) => [row.project_key, row.id])]);
      existing.push(...found.map(withMilliseconds));
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
      /pool is closed|driver not connected/i.test((error as Error)?.message ?? '')
    );
  }

  // Below TypeORM's query(), which would log statements with their parameters.
  private async query(sql: string, values: unknown[]): Promise<EventRow[]> {
    const runner = this.dataSource.createQueryRunner('master');
    try {
      const connection = (await runner.connect()) as Connection;
      return await new Promise((resolve, reject) => {
        connection.query(sql, values, (error, rows) => (error ? reject(error) : resolve(rows)));
      });
    } finally {
      await runner.release();
    }
  }
}

const UNAVAILABLE =
  /^(?:PROTOCOL_\w+|POOL_\w+|ER_(?:CON_COUNT_ERROR|LOCK_WAIT_TIMEOUT|LOCK_DEADLOCK|SERVER_SHUTDOWN|TOO_MANY_USER_CONNECTIONS|USER_LIMIT_REACHED|QUERY_INTERRUPTED|QUERY_TIMEOUT|CONNECTION_KILLED|DISK_FULL|RECORD_FILE_FULL|OPTION_PREVENTS_STATEMENT|OUT_OF_RESOURCES|STATEMENT_TIMEOUT))$/;

function isTime(column: string): column is (typeof TIMES)[number] {
  return (TIMES as readonly string[]).includes(column);
}

// DATETIME(3) in UTC, as text: as a Date, the driver would convert it to its own time zone.
function toValues(row: EventRow): (string | null)[] {
  return COLUMNS.map((column) => (isTime(column) ? row[column]!.slice(0, 23).replace('T', ' ') : row[column]));
}

function withMilliseconds(row: EventRow): EventRow {
  const times = TIMES.map((column) => [column, `${row[column]!.slice(0, 23)}Z`]);
  return { ...row, ...Object.fromEntries(times) };
}

import type { DataSource } from 'typeorm';
import type { Durability } from '../../../storage/durability.interface.js';
import { durabilityOf, type Setting } from '../durability-of.js';
import { codeOf, NETWORK_FAULT } from '../driver-error.js';
import { COLUMNS, type EventRow } from '../../events/event-columns.js';
import type { EventTable } from '../engine.js';
import { inKeyOrder, keyOf } from '../../events/row-key.js';
import { qualifiedName } from '../table-name.js';
import { withIsoTimes, withSqlTimes } from '../sql-times.js';
import { millisecondsUntil, withConnection } from '../with-connection.js';

interface Statement {
  sql: string;
  values?: unknown[];
}

type Run = <T>(options: Statement & { timeout: number }, callback: (error: unknown, rows: T[]) => void) => void;

interface Connection {
  query: Run;
  execute: Run;
  destroy(): void;
}

const TIMES: readonly string[] = ['created_at', 'received_at'];
const MAX_ATTEMPTS = 5;

const SETTINGS: Setting[] = [
  {
    name: 'innodb_flush_log_at_trx_commit',
    wanted: '1',
    survives: (value) => (value === '2' ? 'database crash' : /^[13]$/.test(value) ? 'power cut' : 'process crash'),
  },
  {
    name: 'innodb_doublewrite',
    wanted: 'ON',
    survives: (value) => (/^(?:1|ON|DETECT_AND_RECOVER|fast)$/.test(value) ? 'power cut' : 'database crash'),
  },
];

/** Where there is one: what a crash leaves out of it is rolled back. */
const BINARY_LOG: Setting = {
  name: 'sync_binlog',
  wanted: '1',
  survives: (value) => (value === '1' ? 'power cut' : 'database crash'),
};

/** MySQL and MariaDB: they can't tell which rows of an insert were new, so a plain insert fails on the first old one. */
export class MysqlEventTable implements EventTable {
  private readonly insertSql: string;
  private readonly selectSql: string;

  constructor(private readonly dataSource: DataSource) {
    const table = qualifiedName(dataSource);
    // As text: as a Date, the driver would take it for its own time zone.
    const read = COLUMNS.map((column) => (TIMES.includes(column) ? `CAST(${column} AS CHAR) AS ${column}` : column));
    this.insertSql = `INSERT INTO ${table} (${COLUMNS.join(', ')}) VALUES `;
    this.selectSql = `SELECT ${read.join(', ')} FROM ${table} WHERE (project_key, id) IN (?)`;
  }

  async open(deadline: number): Promise<void> {
    await this.query({ sql: `SELECT ${COLUMNS.join(', ')} FROM ${qualifiedName(this.dataSource)} LIMIT 0` }, deadline);
    const [{ mode }] = await this.query<{ mode: string }>({ sql: 'SELECT @@SESSION.sql_mode AS mode' }, deadline);
    if (mode.includes('NO_BACKSLASH_ESCAPES')) {
      throw new Error('typeOrmStorage() needs an sql_mode without NO_BACKSLASH_ESCAPES: mysql2 quotes texts with backslashes.');
    }
  }

  async insert(rows: readonly EventRow[], deadline: number): Promise<EventRow[]> {
    const existing: EventRow[] = [];
    let left = inKeyOrder(rows);
    for (let attempt = 1; left.length > 0; attempt++) {
      try {
        await this.insertNew(left.map(withSqlTimes), deadline);
        return existing;
      } catch (error) {
        if (codeOf(error) !== 'ER_DUP_ENTRY' || attempt === MAX_ATTEMPTS) throw error;
      }
      const keys = left.map((row) => [row.project_key, row.id]);
      const found = await this.query<EventRow>({ sql: this.selectSql, values: [keys] }, deadline);
      existing.push(...found.map(withIsoTimes));
      const isOld = new Set(found.map(keyOf));
      left = left.filter((row) => !isOld.has(keyOf(row)));
    }
    return existing;
  }

  async durability(deadline: number): Promise<Durability> {
    const names = ['version', 'log_bin', ...[...SETTINGS, BINARY_LOG].map(({ name }) => name)];
    // As text: numbers come in several types.
    const columns = names.map((name) => `CAST(@@${name} AS CHAR) AS ${name}`);
    const [values] = await this.query<Record<string, string>>({ sql: `SELECT ${columns.join(', ')}` }, deadline);
    const settings = /^(?:1|ON)$/.test(values.log_bin) ? [...SETTINGS, BINARY_LOG] : SETTINGS;
    return durabilityOf(/mariadb/i.test(values.version) ? 'MariaDB' : 'MySQL', settings, values);
  }

  isUnavailable(error: unknown): boolean {
    const code = codeOf(error);
    return (
      UNAVAILABLE.test(code) ||
      NETWORK_FAULT.test(code) ||
      /pool is closed|driver not connected|connection is not established/i.test((error as Error)?.message ?? '')
    );
  }

  // Prepared, as quoting megabytes in the process would hold the event loop; in sizes that are powers of two, so that
  // there are few statements to prepare.
  private insertNew(rows: readonly EventRow[], deadline: number): Promise<void> {
    return this.withConnection(deadline, async (connection) => {
      const sizes = powersOfTwo(rows.length);
      if (sizes.length > 1) await run(connection, 'query', { sql: 'START TRANSACTION' }, deadline);
      try {
        let start = 0;
        for (const size of sizes) {
          const values = rows.slice(start, (start += size)).flatMap((row) => COLUMNS.map((column) => row[column]));
          await run(connection, 'execute', { sql: this.insertSql + Array(size).fill(PLACEHOLDERS).join(), values }, deadline);
        }
        if (sizes.length > 1) await run(connection, 'query', { sql: 'COMMIT' }, deadline);
      } catch (error) {
        if (sizes.length > 1) await run(connection, 'query', { sql: 'ROLLBACK' }, deadline).catch(() => undefined);
        throw error;
      }
    });
  }

  private query<T>(statement: Statement, deadline: number): Promise<T[]> {
    return this.withConnection(deadline, (connection) => run<T>(connection, 'query', statement, deadline));
  }

  private withConnection<T>(deadline: number, use: (connection: Connection) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner('master');
    const connecting = runner.connect() as Promise<Connection>;
    return withConnection(connecting, () => runner.release(), deadline, use);
  }
}

// Below TypeORM's query(), which would log statements with their parameters.
function run<T>(connection: Connection, how: 'query' | 'execute', statement: Statement, deadline: number): Promise<T[]> {
  return new Promise((resolve, reject) => {
    let settled = false;
    connection[how]<T>({ ...statement, timeout: millisecondsUntil(deadline) }, (error, rows) => {
      // After an error, mysql2 lets the time run on and then calls again.
      if (settled) return;
      settled = true;
      // A connection that is black would be black for the next batch too.
      if (codeOf(error) === 'PROTOCOL_SEQUENCE_TIMEOUT') connection.destroy();
      if (error) reject(error);
      else resolve(rows);
    });
  });
}

/** The powers of two that add up to `sum`, largest first. */
function powersOfTwo(sum: number): number[] {
  const powers: number[] = [];
  for (let power = 2 ** Math.floor(Math.log2(sum)); power >= 1; power /= 2) if (sum & power) powers.push(power);
  return powers;
}

const PLACEHOLDERS = `(${COLUMNS.map(() => '?').join()})`;

const UNAVAILABLE =
  /^(?:PROTOCOL_\w+|POOL_\w+|ER_(?:CON_COUNT_ERROR|LOCK_WAIT_TIMEOUT|LOCK_DEADLOCK|SERVER_SHUTDOWN|TOO_MANY_USER_CONNECTIONS|USER_LIMIT_REACHED|QUERY_INTERRUPTED|QUERY_TIMEOUT|CONNECTION_KILLED|DISK_FULL|RECORD_FILE_FULL|OPTION_PREVENTS_STATEMENT|OUT_OF_RESOURCES|STATEMENT_TIMEOUT))$/;

import type { DataSource } from 'typeorm';
import type { Durability } from '../../../storage/durability.interface.js';
import { COLUMNS, type EventRow } from '../../events/event-columns.js';
import { inKeyOrder, keyOf } from '../../events/row-key.js';
import { mysqlDatabaseOf } from '../database-of.js';
import { codeOf } from '../driver-error.js';
import { durabilityOf, type Setting } from '../durability-of.js';
import type { EventTable } from '../engine.js';
import { openTable } from '../open-table.js';
import { withIsoTimes, withSqlTimes } from '../sql-times.js';
import { qualifiedName } from '../table-name.js';
import type { MysqlDatabase, Session } from './database.js';
import { faultOf } from './fault-of.js';
import { PacketLimit, PacketTooLarge } from './packet-limit.js';
import { PACKET_TOO_LARGE } from './error-codes.js';

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
  private readonly database: MysqlDatabase;
  private readonly packets: PacketLimit;
  private readonly insertSql: string;
  private readonly selectSql: string;

  /** `eventBytes` is how large an event may be, for a warning at boot where the server takes less. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly eventBytes: number,
  ) {
    this.database = mysqlDatabaseOf(dataSource);
    this.packets = new PacketLimit(this.database);
    const table = qualifiedName(dataSource);
    // As text: as a Date, the driver would take it for its own time zone.
    const read = COLUMNS.map((column) => (TIMES.includes(column) ? `CAST(${column} AS CHAR) AS ${column}` : column));
    this.insertSql = `INSERT INTO ${table} (${COLUMNS.join(', ')}) VALUES `;
    this.selectSql = `SELECT ${read.join(', ')} FROM ${table} WHERE (project_key, id) IN (?)`;
  }

  async open(deadline: number): Promise<void> {
    await openTable(this.dataSource, this.database, COLUMNS, deadline);
    await this.packets.report(this.eventBytes, deadline);
  }

  async insert(rows: readonly EventRow[], deadline: number): Promise<EventRow[]> {
    try {
      return await this.insertAll(rows, deadline);
    } catch (error) {
      if (faultOf(error) === 'lost') this.packets.forget();
      if ((error as { errno?: unknown } | null)?.errno !== PACKET_TOO_LARGE) throw error;
      if (rows.length === 1) this.packets.warnOfEvent();
      throw new PacketTooLarge(rows.length);
    }
  }

  async durability(deadline: number): Promise<Durability> {
    const names = ['version', 'log_bin', ...[...SETTINGS, BINARY_LOG].map(({ name }) => name)];
    // As text: numbers come in several types.
    const columns = names.map((name) => `CAST(@@${name} AS CHAR) AS ${name}`);
    const { rows } = await this.database.run<Record<string, string>>({ sql: `SELECT ${columns.join(', ')}` }, deadline);
    const [values] = rows;
    const settings = /^(?:1|ON)$/.test(values.log_bin) ? [...SETTINGS, BINARY_LOG] : SETTINGS;
    return durabilityOf(/mariadb/i.test(values.version) ? 'MariaDB' : 'MySQL', settings, values);
  }

  // An event that is too large must not take others with it: only alone it is worth another try later.
  isUnavailable(error: unknown): boolean {
    return error instanceof PacketTooLarge ? error.events === 1 : this.database.isUnavailable(error);
  }

  private async insertAll(rows: readonly EventRow[], deadline: number): Promise<EventRow[]> {
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
      const { rows: found } = await this.database.run<EventRow>({ sql: this.selectSql, values: [keys] }, deadline);
      existing.push(...found.map(withIsoTimes));
      const isOld = new Set(found.map(keyOf));
      left = left.filter((row) => !isOld.has(keyOf(row)));
    }
    return existing;
  }

  private async insertNew(rows: readonly EventRow[], deadline: number): Promise<void> {
    const groups = (await this.packets.split(rows, deadline)).flatMap(inPowersOfTwo);
    await this.database.use(deadline, (session) =>
      groups.length === 1 ? this.insertGroup(session, groups[0]) : this.insertGroups(session, groups),
    );
  }

  private async insertGroups(session: Session, groups: readonly (readonly EventRow[])[]): Promise<void> {
    await session.query({ sql: 'START TRANSACTION' });
    try {
      for (const group of groups) await this.insertGroup(session, group);
      await session.query({ sql: 'COMMIT' });
    } catch (error) {
      await session.query({ sql: 'ROLLBACK' }).catch(() => undefined);
      throw error;
    }
  }

  private async insertGroup(session: Session, group: readonly EventRow[]): Promise<void> {
    const values = group.flatMap((row) => COLUMNS.map((column) => row[column]));
    await session.execute({ sql: this.insertSql + Array(group.length).fill(PLACEHOLDERS).join(), values });
  }
}

const PLACEHOLDERS = `(${COLUMNS.map(() => '?').join()})`;

/** In groups whose sizes are powers of two, largest first, so that there are few statements to prepare. */
function inPowersOfTwo<T>(rows: readonly T[]): (readonly T[])[] {
  const groups: (readonly T[])[] = [];
  let start = 0;
  for (let size = 2 ** Math.floor(Math.log2(rows.length)); size >= 1; size /= 2) {
    if (rows.length & size) groups.push(rows.slice(start, (start += size)));
  }
  return groups;
}

import type { DataSource } from 'typeorm';
import type { Durability } from '../../../storage/durability.interface.js';
import { COLUMNS, CONTENT_COLUMNS, EARLIER_COLUMNS, type EarlierRow, type EventRow } from '../../events/event-columns.js';
import { inKeyOrder, keyOf } from '../../events/row-key.js';
import { mysqlDatabaseOf } from '../database-of.js';
import { codeOf } from '../driver-error.js';
import { durabilityOf, type Setting } from '../durability-of.js';
import { erasedIdDigest } from '../../../events/erased-id-digest.js';
import { ERASURE_COLUMNS, ERASURES } from '../../erasing/erasure-tables.js';
import type { EventTable, KnownRow, RowKey } from '../engine.js';
import { feedTableName } from '../feed-names.js';
import { openTable } from '../open-table.js';
import { withIsoTime, withIsoTimes, withSqlTimes } from '../sql-times.js';
import { qualifiedName } from '../table-name.js';
import type { MysqlDatabase } from './database.js';
import { faultOf } from './fault-of.js';
import { erasureProbe, IS_ERASED, probedValues } from './erasure-probe.js';
import { inTransaction, type Session } from './session.js';
import { PacketLimit, PacketTooLarge } from './packet-limit.js';
import { PACKET_TOO_LARGE } from './error-codes.js';
import { inPowersOfTwo } from './powers-of-two.js';

const TIMES: readonly string[] = ['created_at', 'received_at'];
const MAX_ATTEMPTS = 5;
const COMPARED_COLUMNS = ['project_key', 'id', ...CONTENT_COLUMNS] as const;
/** Each row that is compared opens the table once more. */
const MAX_COMPARED = 32;

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
  private readonly erasedSql: string;
  private readonly findSql: string;

  /** `eventBytes` is how large an event may be, for a warning at boot where the server takes less. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly eventBytes: number,
  ) {
    this.database = mysqlDatabaseOf(dataSource);
    this.packets = new PacketLimit(this.database);
    const table = qualifiedName(dataSource);
    this.insertSql = `INSERT INTO ${table} (feed_number, ${COLUMNS.join(', ')}) VALUES `;
    this.selectSql = `SELECT ${EARLIER_COLUMNS.map(readAs).join(', ')} FROM ${table} WHERE (project_key, id) IN (?)`;
    this.erasedSql = `SELECT project_key, id_digest FROM ${qualifiedName(dataSource, ERASURES)} WHERE (id_digest, project_key) IN (?)`;
    this.findSql = `SELECT ${COLUMNS.map(readAs).join(', ')} FROM ${table} WHERE project_key = ? AND id = ?`;
  }

  async open(deadline: number): Promise<void> {
    await openTable(this.dataSource, this.database, [...COLUMNS, 'feed_number'], deadline);
    await openTable(this.dataSource, this.database, ERASURE_COLUMNS, deadline, ERASURES);
    await this.packets.report(this.eventBytes, deadline);
  }

  async insert(rows: readonly EventRow[], deadline: number): Promise<KnownRow[]> {
    try {
      return await this.insertAll(rows, deadline);
    } catch (error) {
      if (faultOf(error) === 'lost') this.packets.forget();
      if ((error as { errno?: unknown } | null)?.errno !== PACKET_TOO_LARGE) throw error;
      if (rows.length === 1) this.packets.warnOfEvent();
      throw new PacketTooLarge(rows.length);
    }
  }

  async areSame(rows: readonly EventRow[], deadline: number): Promise<boolean[]> {
    const groups = (await this.packets.split(rows, deadline)).flatMap((group) => inPowersOfTwo(group, MAX_COMPARED));
    return this.database.use(deadline, async (session) => {
      const same: boolean[] = [];
      for (const group of groups) same.push(...(await this.isGroupSame(session, group)));
      return same;
    });
  }

  async find({ project_key, id }: RowKey, deadline: number): Promise<EventRow | undefined> {
    const { rows } = await this.database.run<EventRow>({ sql: this.findSql, values: [project_key, id] }, deadline);
    return rows.map(withIsoTimes).at(0);
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

  private async isGroupSame(session: Session, group: readonly EventRow[]): Promise<boolean[]> {
    // Positions as text: of what is prepared, numbers come in binary.
    const isSame = COMPARED_COLUMNS.map((column) => `${column} <=> ?`).join(' AND ');
    const table = qualifiedName(this.dataSource);
    const sql = group.map((_row, index) => `SELECT '${index}' AS position FROM ${table} WHERE ${isSame}`).join(' UNION ALL ');
    const values = group.flatMap((row) => COMPARED_COLUMNS.map((column) => row[column]));
    const found = (await session.execute({ sql, values })) as { position: string }[];
    const positions = new Set(found.map(({ position }) => Number(position)));
    return group.map((_row, index) => positions.has(index));
  }

  private async insertAll(rows: readonly EventRow[], deadline: number): Promise<KnownRow[]> {
    const known: KnownRow[] = [];
    let left = inKeyOrder(rows);
    for (let attempt = 1; left.length > 0; attempt++) {
      try {
        await this.insertNew(left.map(withSqlTimes), deadline);
        return known;
      } catch (error) {
        const isErased = codeOf(error) === IS_ERASED;
        if ((!isErased && codeOf(error) !== 'ER_DUP_ENTRY') || attempt === MAX_ATTEMPTS) throw error;
        const found = await (isErased ? this.erasedOf(left, deadline) : this.earlierOf(left, deadline));
        known.push(...found);
        const isKnown = new Set(found.map(keyOf));
        left = left.filter((row) => !isKnown.has(keyOf(row)));
      }
    }
    return known;
  }

  private async earlierOf(rows: readonly EventRow[], deadline: number): Promise<KnownRow[]> {
    const keys = rows.map((row) => [row.project_key, row.id]);
    const { rows: found } = await this.database.run<EarlierRow>({ sql: this.selectSql, values: [keys] }, deadline);
    return found.map(withIsoTime);
  }

  private async erasedOf(rows: readonly EventRow[], deadline: number): Promise<KnownRow[]> {
    const keys = rows.map((row) => [erasedIdDigest(row.id!), row.project_key]);
    const { rows: found } = await this.database.run({ sql: this.erasedSql, values: [keys] }, deadline);
    const erased = new Set(found.map(({ id_digest, project_key }) => `${id_digest}${project_key}`));
    return rows.flatMap((row, index) => (erased.has(keys[index].join('')) ? [{ ...row, erased: true as const }] : []));
  }

  private async insertNew(rows: readonly EventRow[], deadline: number): Promise<void> {
    const groups = (await this.packets.split(rows, deadline)).flatMap((group) => inPowersOfTwo(group));
    await this.database.use(deadline, (session) =>
      groups.length === 1 ? this.insertGroup(session, groups[0]) : this.insertGroups(session, groups),
    );
  }

  private insertGroups(session: Session, groups: readonly (readonly EventRow[])[]): Promise<void> {
    return inTransaction(session, async () => {
      for (const group of groups) await this.insertGroup(session, group, group === groups[0]);
    });
  }

  /** The first one of a transaction goes through the gate, for all of them. */
  private async insertGroup(session: Session, group: readonly EventRow[], isFirst = true): Promise<void> {
    const probe = erasureProbe(feedTableName(this.dataSource), qualifiedName(this.dataSource, ERASURES), group.length, isFirst);
    const places = group.map((_row, index) => `(${index === 0 ? probe : 'NULL'}, ${PLACEHOLDERS})`);
    const values = [...probedValues(group), ...group.flatMap((row) => COLUMNS.map((column) => row[column]))];
    await session.execute({ sql: this.insertSql + places.join(), values });
  }
}

const PLACEHOLDERS = COLUMNS.map(() => '?').join();

// As text: as a Date, the driver would take it for its own time zone.
export function readAs(column: string): string {
  return TIMES.includes(column) ? `CAST(${column} AS CHAR) AS ${column}` : column;
}

import type { DataSource } from 'typeorm';
import type { Durability } from '../../../storage/durability.interface.js';
import { sqliteDatabaseOf } from '../database-of.js';
import { durabilityOf, type Setting } from '../durability-of.js';
import { COLUMNS, CONTENT_COLUMNS, EARLIER_COLUMNS, type EarlierRow, type EventRow } from '../../events/event-columns.js';
import { erasedIdDigest } from '../../../events/erased-id-digest.js';
import { ERASURE_COLUMNS, ERASURES } from '../../erasing/erasure-tables.js';
import type { EventTable, KnownRow, RowKey } from '../engine.js';
import { feedTableName } from '../feed-names.js';
import { openTable } from '../open-table.js';
import { qualifiedName } from '../table-name.js';
import { withIsoTime, withIsoTimes, withSqlTimes } from '../sql-times.js';
import { type Connection, refuseOpenTransaction } from './connection.js';
import type { SqliteDatabase } from './database.js';
import { FeedNumbers } from './feed-numbers.js';

type Insert = (rows: readonly EventRow[]) => KnownRow[];

/** Names of its values, as SQLite tells only their numbers. */
const SYNCHRONOUS = ['OFF', 'NORMAL', 'FULL', 'EXTRA'];
const FULL = 2;
const SETTINGS: Setting[] = [
  {
    name: 'journal_mode',
    wanted: 'WAL',
    // Without a journal on disk, a crash in a commit can damage the file.
    survives: (value) => (value === 'wal' ? 'power cut' : /^(?:off|memory)$/.test(value) ? 'nothing' : 'process crash'),
  },
  {
    name: 'synchronous',
    wanted: 'FULL',
    survives: (value) => (/^(?:FULL|EXTRA)$/.test(value) ? 'power cut' : 'process crash'),
  },
];

/** SQLite through the connection of the data source, in one synchronous transaction a batch. */
export class SqliteEventTable implements EventTable {
  private readonly database: SqliteDatabase;
  private connection?: Connection;
  private insertAll?: Insert;

  constructor(private readonly dataSource: DataSource) {
    this.database = sqliteDatabaseOf(dataSource);
  }

  async open(deadline: number): Promise<void> {
    await openTable(this.dataSource, this.database, [...COLUMNS, 'feed_number'], deadline);
    await openTable(this.dataSource, this.database, ERASURE_COLUMNS, deadline, ERASURES);
    this.connect();
  }

  async insert(rows: readonly EventRow[], deadline: number): Promise<KnownRow[]> {
    const { connection, insertAll } = this.connect();
    // The host has the same connection: in its open transaction, our events would be lost with its rollback.
    refuseOpenTransaction(connection);
    return this.database.whileNotTooBusy(deadline, () => insertAll(rows));
  }

  async areSame(rows: readonly EventRow[], deadline: number): Promise<boolean[]> {
    const same = ['project_key', 'id', ...CONTENT_COLUMNS].map((column) => `${column} IS @${column}`);
    const select = this.database.connection.prepare(
      `SELECT 1 FROM ${qualifiedName(this.dataSource)} WHERE ${same.join(' AND ')}`,
    );
    return this.database.whileNotTooBusy(deadline, () => rows.map((row) => select.get(row) !== undefined));
  }

  async find({ project_key, id }: RowKey, deadline: number): Promise<EventRow | undefined> {
    const sql = `SELECT ${COLUMNS.join(', ')} FROM ${qualifiedName(this.dataSource)} WHERE project_key = ? AND id = ?`;
    const { rows } = await this.database.run<EventRow>({ sql, values: [project_key, id] }, deadline);
    return rows.map(withIsoTimes).at(0);
  }

  async durability(): Promise<Durability> {
    const { connection } = this.connect();
    if (connection.memory)
      return { survives: 'nothing', because: 'SQLite in memory is lost on restart; set `database` to a file' };
    const journal_mode = connection.pragma('journal_mode', { simple: true }) as string;
    const synchronous = SYNCHRONOUS[Number(connection.pragma('synchronous', { simple: true }))];
    return durabilityOf('SQLite', SETTINGS, { journal_mode, synchronous });
  }

  isUnavailable(error: unknown): boolean {
    return this.database.isUnavailable(error);
  }

  // A data source that was destroyed and initialised again has another connection.
  private connect(): { connection: Connection; insertAll: Insert } {
    const { connection } = this.database;
    if (this.connection !== connection) {
      this.insertAll = prepareInsert(connection, this.dataSource);
      makeDurable(connection);
      this.connection = connection;
    }
    return { connection, insertAll: this.insertAll! };
  }
}

function prepareInsert(database: Connection, dataSource: DataSource): Insert {
  const table = qualifiedName(dataSource);
  const parameters = COLUMNS.map((column) => `@${column}`);
  const erasures = qualifiedName(dataSource, ERASURES);
  const insert = database.prepare(
    `INSERT INTO ${table} (${COLUMNS.join(', ')}, feed_number) VALUES (${parameters.join(', ')}, ?) ` +
      'ON CONFLICT (project_key, id) DO NOTHING',
  );
  const selectAnyErased = database.prepare(`SELECT 1 FROM ${erasures} LIMIT 1`);
  const selectErased = database.prepare(`SELECT 1 FROM ${erasures} WHERE id_digest = ? AND project_key = ?`);
  const select = database.prepare(
    `SELECT ${EARLIER_COLUMNS.join(', ')} FROM ${table} WHERE project_key = @project_key AND id = @id`,
  );
  const numbers = new FeedNumbers(database, table, feedTableName(dataSource));
  const isErased = ({ id, project_key }: EventRow) => selectErased.get(erasedIdDigest(id!), project_key) !== undefined;
  const transaction = database.transaction((rows: readonly EventRow[]) => {
    numbers.numberOthers();
    let number = numbers.last;
    // In most logs nothing was ever erased: then no row is looked for.
    const isAnyErased = selectAnyErased.get() !== undefined;
    const knownOf = (row: EventRow): KnownRow[] => {
      if (isAnyErased && isErased(row)) return [{ ...row, erased: true }];
      if (insert.run(number + 1, withSqlTimes(row)).changes === 0) return [withIsoTime(select.get(row) as EarlierRow)];
      number++;
      return [];
    };
    const known = rows.flatMap(knownOf);
    numbers.last = number;
    return known;
  });
  return (rows) => transaction.immediate(rows);
}

/** A commit in WAL mode survives a power cut only with `synchronous=FULL`, which better-sqlite3 is not built with. */
function makeDurable(database: Connection): void {
  database.pragma('journal_mode = WAL');
  // Also where it is FULL by default: SQLite takes its default for WAL with the next transaction unless one is set.
  database.pragma(`synchronous = ${Math.max(FULL, Number(database.pragma('synchronous', { simple: true })))}`);
}

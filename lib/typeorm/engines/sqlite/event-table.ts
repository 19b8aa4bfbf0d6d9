import type { DataSource } from 'typeorm';
import type { Durability } from '../../../storage/durability.interface.js';
import { durabilityOf, type Setting } from '../durability-of.js';
import { codeOf } from '../driver-error.js';
import { COLUMNS, type EventRow } from '../../events/event-columns.js';
import type { EventTable } from '../engine.js';
import { qualifiedName } from '../table-name.js';
import { withIsoTimes, withSqlTimes } from '../sql-times.js';
import { millisecondsUntil } from '../with-connection.js';

/** What is used of a better-sqlite3 database. */
interface Database {
  readonly inTransaction: boolean;
  readonly memory: boolean;
  prepare(sql: string): Statement;
  pragma(source: string, options?: { simple: boolean }): unknown;
  transaction<A, R>(run: (argument: A) => R): { immediate(argument: A): R };
}

interface Statement {
  run(row: EventRow): { changes: number };
  get(row: EventRow): EventRow;
}

type Insert = (rows: readonly EventRow[]) => EventRow[];

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
/** How long a commit may hold the event loop while another process writes; then the writer tries again. */
const BUSY_TIMEOUT_MS = 200;

/** SQLite through the connection of the data source, in one synchronous transaction a batch. */
export class SqliteEventTable implements EventTable {
  private connection?: Database;
  private insertAll?: Insert;

  constructor(private readonly dataSource: DataSource) {}

  async open(): Promise<void> {
    this.connect();
  }

  async insert(rows: readonly EventRow[], deadline: number): Promise<EventRow[]> {
    const { database, insertAll } = this.connect();
    // The host has the same connection: in its open transaction, our events would be lost with its rollback.
    if (database.inTransaction) throw Object.assign(new Error('busy'), { code: 'SQLITE_BUSY' });
    const timeout = database.pragma('busy_timeout', { simple: true });
    database.pragma(`busy_timeout = ${Math.min(BUSY_TIMEOUT_MS, millisecondsUntil(deadline))}`);
    try {
      return insertAll(rows);
    } finally {
      database.pragma(`busy_timeout = ${timeout}`);
    }
  }

  async durability(): Promise<Durability> {
    const { database } = this.connect();
    if (database.memory) return { survives: 'nothing', because: 'SQLite in memory is lost on restart; set `database` to a file' };
    const journal_mode = database.pragma('journal_mode', { simple: true }) as string;
    const synchronous = SYNCHRONOUS[database.pragma('synchronous', { simple: true }) as number];
    return durabilityOf('SQLite', SETTINGS, { journal_mode, synchronous });
  }

  isUnavailable(error: unknown): boolean {
    return (
      /^SQLITE_(?:BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|NOMEM)/.test(codeOf(error)) ||
      /connection is not open/.test((error as Error)?.message ?? '')
    );
  }

  // A data source that was destroyed and initialised again has another connection.
  private connect(): { database: Database; insertAll: Insert } {
    const { databaseConnection } = this.dataSource.driver as unknown as { databaseConnection: Database };
    if (this.connection !== databaseConnection) {
      this.insertAll = prepareInsert(databaseConnection, qualifiedName(this.dataSource));
      makeDurable(databaseConnection);
      this.connection = databaseConnection;
    }
    return { database: databaseConnection, insertAll: this.insertAll! };
  }
}

function prepareInsert(database: Database, table: string): Insert {
  const parameters = COLUMNS.map((column) => `@${column}`);
  const insert = database.prepare(
    `INSERT INTO ${table} (${COLUMNS.join(', ')}) VALUES (${parameters.join(', ')}) ON CONFLICT (project_key, id) DO NOTHING`,
  );
  const select = database.prepare(`SELECT ${COLUMNS.join(', ')} FROM ${table} WHERE project_key = @project_key AND id = @id`);
  const transaction = database.transaction((rows: readonly EventRow[]) =>
    rows
      .map(withSqlTimes)
      .filter((row) => insert.run(row).changes === 0)
      .map((row) => withIsoTimes(select.get(row))),
  );
  return (rows) => transaction.immediate(rows);
}

/** A commit in WAL mode survives a power cut only with `synchronous=FULL`, which better-sqlite3 is not built with. */
function makeDurable(database: Database): void {
  database.pragma('journal_mode = WAL');
  // Also where it is FULL by default: SQLite takes its default for WAL with the next transaction unless one is set.
  database.pragma(`synchronous = ${Math.max(FULL, database.pragma('synchronous', { simple: true }) as number)}`);
}

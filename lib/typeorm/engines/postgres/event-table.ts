import type { DataSource } from 'typeorm';
import { logger } from '../../../diagnostics/logger.js';
import type { Durability } from '../../../storage/durability.interface.js';
import { COLUMNS, CONTENT_COLUMNS, type EarlierRow, type EventRow } from '../../events/event-columns.js';
import { inKeyOrder, keyOf } from '../../events/row-key.js';
import { postgresDatabaseOf } from '../database-of.js';
import { codeOf, ROWS_LEFT_OUT } from '../driver-error.js';
import { durabilityOf, type Setting } from '../durability-of.js';
import type { EventTable, KnownRow, RowKey } from '../engine.js';
import { erasedIdDigest } from '../../../events/erased-id-digest.js';
import { ERASURE_COLUMNS, ERASURES } from '../../erasing/erasure-tables.js';
import { openTable } from '../open-table.js';
import { qualifiedName } from '../table-name.js';
import { binaryArray } from './binary-array.js';
import { type DayInsert, dayInsertOf } from './by-days/day-insert.js';
import { type PostgresDatabase, type PostgresStatement, utcText } from './database.js';
import { distributionOf } from './distribution.js';
import { FeedTransactions } from './feed-transactions.js';
import { elementType, insertPartsOf } from './insert-sql.js';
import { KnownByProject } from './known-by-project.js';

const READ_AS: Partial<Record<keyof EventRow, string>> = {
  created_at: `${utcText('created_at')} AS created_at`,
  received_at: `${utcText('received_at')} AS received_at`,
};

const KEY_COLUMNS = ['project_key', 'id'] as const;
const COMPARED_COLUMNS = [...KEY_COLUMNS, ...CONTENT_COLUMNS];
/** invalid_column_reference: of the columns after ON CONFLICT, there is no unique index. */
const NO_SUCH_KEY = '42P10';

const SETTINGS: Setting[] = [
  { name: 'synchronous_commit', wanted: 'on', survives: (value) => (value === 'off' ? 'process crash' : 'power cut') },
  { name: 'fsync', wanted: 'on', survives: (value) => (value === 'on' ? 'power cut' : 'database crash') },
  { name: 'full_page_writes', wanted: 'on', survives: (value) => (value === 'on' ? 'power cut' : 'database crash') },
];

/** PostgreSQL: arrays and `unnest`, so that the statement is the same for every size of a batch. */
export class PostgresEventTable implements EventTable {
  private readonly database: PostgresDatabase;
  private readonly insertSql: string;
  private readonly knownSql: string;
  private readonly compareSql: string;
  private readonly findSql: string;
  /** Where Citus distributes the table. */
  private byProject?: KnownByProject;
  private byDay?: DayInsert;

  constructor(private readonly dataSource: DataSource) {
    this.database = postgresDatabaseOf(dataSource);
    const { table, columns, read, sent, isNotErased } = insertPartsOf(dataSource);
    const erasures = qualifiedName(dataSource, ERASURES);
    this.insertSql =
      `INSERT INTO ${table} (${columns}) SELECT ${read} FROM ${sent} WHERE ${isNotErased} ` +
      'ON CONFLICT (project_key, id) DO NOTHING RETURNING project_key, id';
    this.knownSql =
      `SELECT project_key, id, ${utcText('created_at')} AS created_at, content_digest, (erased.id_digest IS NOT NULL)::text AS erased ` +
      'FROM unnest($1::text[], $2::text[], $3::text[]) AS event(project_key, id, id_digest) ' +
      `LEFT JOIN ${table} AS stored USING (project_key, id) ` +
      `LEFT JOIN (SELECT project_key, id_digest FROM ${erasures}) AS erased USING (project_key, id_digest) ` +
      'WHERE stored.received_at IS NOT NULL OR erased.id_digest IS NOT NULL';
    this.findSql = `SELECT ${COLUMNS.map(readAs).join(', ')} FROM ${table} WHERE project_key = $1 AND id = $2`;
    // JSON has no equality: it is compared as the text that was sent.
    this.compareSql =
      `SELECT event.position::text FROM unnest(${COMPARED_COLUMNS.map((_column, index) => `$${index + 1}::text[]`).join(', ')}) ` +
      `WITH ORDINALITY AS event(${COMPARED_COLUMNS.join(', ')}, position) JOIN ${table} AS stored USING (project_key, id) ` +
      `WHERE ${CONTENT_COLUMNS.map((column) => `stored.${column}::text IS NOT DISTINCT FROM event.${column}`).join(' AND ')}`;
  }

  async open(deadline: number): Promise<void> {
    await openTable(this.dataSource, this.database, [...COLUMNS, 'feed_transaction', 'feed_number'], deadline);
    const distribution = await distributionOf(this.dataSource, this.database, deadline);
    this.byProject = distribution === 'by project' ? new KnownByProject(this.dataSource) : undefined;
    await openTable(this.dataSource, this.database, ERASURE_COLUMNS, deadline, ERASURES);
    try {
      await new FeedTransactions(this.dataSource).align(this.database, deadline, distribution);
    } catch (error) {
      // A worker that is away must not keep the host from booting, as the projects of others can be stored.
      if (this.byProject === undefined || !this.isUnavailable(error)) throw error;
      logger.warn(
        `Whether events come from another PostgreSQL server can't be seen (${codeOf(error)}): a worker of Citus is away.`,
      );
    }
    if (this.byProject === undefined) this.byDay = await dayInsertOf(this.dataSource, this.database, deadline);
  }

  async insert(rows: readonly EventRow[], deadline: number): Promise<KnownRow[]> {
    const sorted = inKeyOrder(rows);
    const valuesOf = (column: keyof EventRow) => sorted.map((row) => row[column]);
    const values = COLUMNS.map((column) => binaryArray(elementType(column), valuesOf(column)));
    const inserted = await this.insertNew(values, deadline);
    if (inserted.length === rows.length) return [];
    const isNew = new Set(inserted.map(keyOf));
    const others = rows.filter((row) => !isNew.has(keyOf(row)));
    const found = await (this.byProject?.find(others, deadline) ?? this.knownOf(others, deadline));
    // Deleted in between, or kept out by a trigger or a policy of the host: neither may be answered as stored.
    if (found.length < others.length) throw Object.assign(new Error('rows left out'), { code: ROWS_LEFT_OUT });
    return found;
  }

  partOf(projectKey: string): string {
    return this.byProject === undefined ? '' : projectKey;
  }

  async areSame(rows: readonly EventRow[], deadline: number): Promise<boolean[]> {
    const values = COMPARED_COLUMNS.map((column) =>
      binaryArray(
        'text',
        rows.map((row) => row[column]),
      ),
    );
    const same = await this.query<{ position: string }>({ sql: this.compareSql, values }, deadline);
    const positions = new Set(same.map(({ position }) => Number(position) - 1));
    return rows.map((_row, index) => positions.has(index));
  }

  async find({ project_key, id }: RowKey, deadline: number): Promise<EventRow | undefined> {
    return (await this.query<EventRow>({ sql: this.findSql, values: [project_key, id] }, deadline)).at(0);
  }

  async durability(deadline: number): Promise<Durability> {
    const columns = SETTINGS.map(({ name }) => `current_setting('${name}') AS ${name}`);
    const { rows } = await this.database.run<Record<string, string>>({ sql: `SELECT ${columns.join(', ')}` }, deadline);
    return durabilityOf('PostgreSQL', SETTINGS, rows[0]);
  }

  isUnavailable(error: unknown): boolean {
    return this.database.isUnavailable(error);
  }

  private async insertNew(values: readonly Buffer[], deadline: number): Promise<RowKey[]> {
    if (this.byDay !== undefined) return this.byDay.insert(values, deadline);
    try {
      return await this.query<RowKey>({ name: 'event_log_insert', sql: this.insertSql, values }, deadline);
    } catch (error) {
      if (codeOf(error) !== NO_SUCH_KEY || this.byProject !== undefined) throw error;
      // While this process runs, the table was changed to one that is kept by days.
      this.byDay = await dayInsertOf(this.dataSource, this.database, deadline);
      if (this.byDay === undefined) throw error;
      return this.byDay.insert(values, deadline);
    }
  }

  private async knownOf(rows: readonly EventRow[], deadline: number): Promise<KnownRow[]> {
    const values = [rows.map((row) => row.project_key), rows.map((row) => row.id), digestsOf(rows)];
    const found = await this.query<EarlierRow & { erased: string }>({ sql: this.knownSql, values }, deadline);
    return found.map(({ erased, ...row }) => (erased === 'true' ? { ...row, erased: true } : row));
  }

  private async query<R>(statement: PostgresStatement, deadline: number): Promise<R[]> {
    return (await this.database.run<R>(statement, deadline)).rows;
  }
}

function digestsOf(rows: readonly EventRow[]): string[] {
  return rows.map(({ id }) => erasedIdDigest(id!));
}

/** SQL that reads a column as text. */
export function readAs(column: keyof EventRow): string {
  return READ_AS[column] ?? column;
}

import type { DataSource } from 'typeorm';
import type { Durability } from '../../../storage/durability.interface.js';
import { COLUMNS, CONTENT_COLUMNS, EARLIER_COLUMNS, type EarlierRow, type EventRow } from '../../events/event-columns.js';
import { inKeyOrder, keyOf } from '../../events/row-key.js';
import { postgresDatabaseOf } from '../database-of.js';
import { ROWS_LEFT_OUT } from '../driver-error.js';
import { durabilityOf, type Setting } from '../durability-of.js';
import type { EventTable, RowKey } from '../engine.js';
import { openTable } from '../open-table.js';
import { qualifiedName } from '../table-name.js';
import { binaryArray } from './binary-array.js';
import { type PostgresDatabase, type PostgresStatement, utcText } from './database.js';
import { FeedTransactions } from './feed-transactions.js';

const JSON_COLUMNS: readonly string[] = ['properties', 'user_properties', 'fields'];
const READ_AS: Partial<Record<keyof EventRow, string>> = {
  created_at: `${utcText('created_at')} AS created_at`,
  received_at: `${utcText('received_at')} AS received_at`,
};

const KEY_COLUMNS = ['project_key', 'id'] as const;
const COMPARED_COLUMNS = [...KEY_COLUMNS, ...CONTENT_COLUMNS];

const SETTINGS: Setting[] = [
  { name: 'synchronous_commit', wanted: 'on', survives: (value) => (value === 'off' ? 'process crash' : 'power cut') },
  { name: 'fsync', wanted: 'on', survives: (value) => (value === 'on' ? 'power cut' : 'database crash') },
  { name: 'full_page_writes', wanted: 'on', survives: (value) => (value === 'on' ? 'power cut' : 'database crash') },
];

/** PostgreSQL: arrays and `unnest`, so that the statement is the same for every size of a batch. */
export class PostgresEventTable implements EventTable {
  private readonly database: PostgresDatabase;
  private readonly insertSql: string;
  private readonly selectSql: string;
  private readonly compareSql: string;
  private readonly findSql: string;

  constructor(private readonly dataSource: DataSource) {
    this.database = postgresDatabaseOf(dataSource);
    const table = qualifiedName(dataSource);
    const parameters = COLUMNS.map((column, index) => `$${index + 1}::${elementType(column)}[]`);
    const read = COLUMNS.map((column) => (column.endsWith('_at') ? `${column}::timestamptz` : column));
    this.insertSql =
      `INSERT INTO ${table} (${COLUMNS.join(', ')}) ` +
      `SELECT ${read.join(', ')} FROM unnest(${parameters.join(', ')}) AS event(${COLUMNS.join(', ')}) ` +
      'ON CONFLICT (project_key, id) DO NOTHING RETURNING project_key, id';
    const isOneOf = '(project_key, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))';
    this.selectSql = `SELECT ${EARLIER_COLUMNS.map(readAs).join(', ')} FROM ${table} WHERE ${isOneOf}`;
    this.findSql = `SELECT ${COLUMNS.map(readAs).join(', ')} FROM ${table} WHERE project_key = $1 AND id = $2`;
    // JSON has no equality: it is compared as the text that was sent.
    this.compareSql =
      `SELECT event.position::text FROM unnest(${COMPARED_COLUMNS.map((_column, index) => `$${index + 1}::text[]`).join(', ')}) ` +
      `WITH ORDINALITY AS event(${COMPARED_COLUMNS.join(', ')}, position) JOIN ${table} AS stored USING (project_key, id) ` +
      `WHERE ${CONTENT_COLUMNS.map((column) => `stored.${column}::text IS NOT DISTINCT FROM event.${column}`).join(' AND ')}`;
  }

  async open(deadline: number): Promise<void> {
    await openTable(this.dataSource, this.database, [...COLUMNS, 'feed_transaction', 'feed_number'], deadline);
    await new FeedTransactions(this.dataSource).align(this.database, deadline);
  }

  async insert(rows: readonly EventRow[], deadline: number): Promise<EarlierRow[]> {
    const sorted = inKeyOrder(rows);
    const valuesOf = (column: keyof EventRow) => sorted.map((row) => row[column]);
    const values = COLUMNS.map((column) => binaryArray(elementType(column), valuesOf(column)));
    const inserted = await this.query<RowKey>({ name: 'event_log_insert', sql: this.insertSql, values }, deadline);
    if (inserted.length === rows.length) return [];
    const isNew = new Set(inserted.map(keyOf));
    const others = rows.filter((row) => !isNew.has(keyOf(row)));
    const keys = [others.map((row) => row.project_key), others.map((row) => row.id)];
    const found = await this.query<EarlierRow>({ sql: this.selectSql, values: keys }, deadline);
    // Deleted in between, or kept out by a trigger or a policy of the host: neither may be answered as stored.
    if (found.length < others.length) throw Object.assign(new Error('rows left out'), { code: ROWS_LEFT_OUT });
    return found;
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

  private async query<R>(statement: PostgresStatement, deadline: number): Promise<R[]> {
    return (await this.database.run<R>(statement, deadline)).rows;
  }
}

function elementType(column: string): 'text' | 'json' {
  return JSON_COLUMNS.includes(column) ? 'json' : 'text';
}

/** SQL that reads a column as text. */
export function readAs(column: keyof EventRow): string {
  return READ_AS[column] ?? column;
}

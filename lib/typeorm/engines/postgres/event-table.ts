import type { DataSource } from 'typeorm';
import type { Durability } from '../../../storage/durability.interface.js';
import { COLUMNS, type EventRow } from '../../events/event-columns.js';
import { inKeyOrder, keyOf } from '../../events/row-key.js';
import { postgresDatabaseOf } from '../database-of.js';
import { ROWS_LEFT_OUT } from '../driver-error.js';
import { durabilityOf, type Setting } from '../durability-of.js';
import type { EventTable } from '../engine.js';
import { openTable } from '../open-table.js';
import { qualifiedName } from '../table-name.js';
import { binaryArray } from './binary-array.js';
import { type PostgresDatabase, type PostgresStatement, utcText } from './database.js';

const JSON_COLUMNS: readonly string[] = ['properties', 'user_properties'];
const READ_AS: Partial<Record<keyof EventRow, string>> = {
  created_at: `${utcText('created_at')} AS created_at`,
  received_at: `${utcText('received_at')} AS received_at`,
};

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

  constructor(private readonly dataSource: DataSource) {
    this.database = postgresDatabaseOf(dataSource);
    const table = qualifiedName(dataSource);
    const parameters = COLUMNS.map((column, index) => `$${index + 1}::${elementType(column)}[]`);
    const read = COLUMNS.map((column) => (column.endsWith('_at') ? `${column}::timestamptz` : column));
    this.insertSql =
      `INSERT INTO ${table} (${COLUMNS.join(', ')}) ` +
      `SELECT ${read.join(', ')} FROM unnest(${parameters.join(', ')}) AS event(${COLUMNS.join(', ')}) ` +
      'ON CONFLICT (project_key, id) DO NOTHING RETURNING project_key, id';
    this.selectSql =
      `SELECT ${COLUMNS.map((column) => READ_AS[column] ?? column).join(', ')} FROM ${table} ` +
      'WHERE (project_key, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))';
  }

  open(deadline: number): Promise<void> {
    return openTable(this.dataSource, this.database, COLUMNS, deadline);
  }

  async insert(rows: readonly EventRow[], deadline: number): Promise<EventRow[]> {
    const sorted = inKeyOrder(rows);
    const valuesOf = (column: keyof EventRow) => sorted.map((row) => row[column]);
    const values = COLUMNS.map((column) => binaryArray(elementType(column), valuesOf(column)));
    const inserted = await this.query({ name: 'event_log_insert', sql: this.insertSql, values }, deadline);
    if (inserted.length === rows.length) return [];
    const isNew = new Set(inserted.map(keyOf));
    const others = rows.filter((row) => !isNew.has(keyOf(row)));
    const keys = [others.map((row) => row.project_key), others.map((row) => row.id)];
    const found = await this.query({ sql: this.selectSql, values: keys }, deadline);
    // Deleted in between, or kept out by a trigger or a policy of the host: neither may be answered as stored.
    if (found.length < others.length) throw Object.assign(new Error('rows left out'), { code: ROWS_LEFT_OUT });
    return found;
  }

  async durability(deadline: number): Promise<Durability> {
    const columns = SETTINGS.map(({ name }) => `current_setting('${name}') AS ${name}`);
    const { rows } = await this.database.run<Record<string, string>>({ sql: `SELECT ${columns.join(', ')}` }, deadline);
    return durabilityOf('PostgreSQL', SETTINGS, rows[0]);
  }

  isUnavailable(error: unknown): boolean {
    return this.database.isUnavailable(error);
  }

  private async query(statement: PostgresStatement, deadline: number): Promise<EventRow[]> {
    return (await this.database.run<EventRow>(statement, deadline)).rows;
  }
}

function elementType(column: string): 'text' | 'json' {
  return JSON_COLUMNS.includes(column) ? 'json' : 'text';
}

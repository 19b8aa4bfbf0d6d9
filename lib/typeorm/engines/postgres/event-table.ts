import type { DataSource } from 'typeorm';
import type { Durability } from '../../../storage/durability.interface.js';
import { durabilityOf, type Setting } from '../durability-of.js';
import { codeOf, NETWORK_FAULT } from '../driver-error.js';
import { COLUMNS, type EventRow } from '../../events/event-columns.js';
import type { EventTable } from '../engine.js';
import { inKeyOrder, keyOf } from '../../events/row-key.js';
import { qualifiedName } from '../table-name.js';
import { binaryArray } from './binary-array.js';
import { millisecondsUntil, withConnection } from '../with-connection.js';

interface Query {
  name?: string;
  text: string;
  values?: unknown[];
}

interface Client {
  query(query: Query & { query_timeout: number }): Promise<{ rows: unknown[] }>;
  on(event: 'error', listener: () => void): void;
  end(): Promise<void>;
  release(): void;
}

interface Pool {
  connect(): Promise<Client>;
  on(event: 'acquire', listener: (client: Client) => void): void;
}

const UTC = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
const JSON_COLUMNS: readonly string[] = ['properties', 'user_properties'];
const READ_AS: Partial<Record<keyof EventRow, string>> = {
  created_at: `to_char(created_at AT TIME ZONE 'UTC', ${UTC}) AS created_at`,
  received_at: `to_char(received_at AT TIME ZONE 'UTC', ${UTC}) AS received_at`,
  properties: 'properties::text AS properties',
  user_properties: 'user_properties::text AS user_properties',
};

const SETTINGS: Setting[] = [
  { name: 'synchronous_commit', wanted: 'on', survives: (value) => (value === 'off' ? 'process crash' : 'power cut') },
  { name: 'fsync', wanted: 'on', survives: (value) => (value === 'on' ? 'power cut' : 'database crash') },
  { name: 'full_page_writes', wanted: 'on', survives: (value) => (value === 'on' ? 'power cut' : 'database crash') },
];

/** Connection, resource, operator and lock classes of SQLSTATE, and read-only servers: later it may work. */
const UNAVAILABLE = /^(?:08|40|53|57|58)[0-9A-Z]{3}$|^55P03$|^25006$/;

/** PostgreSQL: arrays and `unnest`, so that the statement is the same for every size of a batch. */
export class PostgresEventTable implements EventTable {
  private readonly insertSql: string;
  private readonly selectSql: string;

  constructor(private readonly dataSource: DataSource) {
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

  async open(deadline: number): Promise<void> {
    await this.query({ text: `SELECT ${COLUMNS.join(', ')} FROM ${qualifiedName(this.dataSource)} LIMIT 0` }, deadline);
  }

  async insert(rows: readonly EventRow[], deadline: number): Promise<EventRow[]> {
    const sorted = inKeyOrder(rows);
    const valuesOf = (column: keyof EventRow) => sorted.map((row) => row[column]);
    const values = COLUMNS.map((column) => binaryArray(elementType(column), valuesOf(column)));
    const inserted = await this.query({ name: 'event_log_insert', text: this.insertSql, values }, deadline);
    if (inserted.length === rows.length) return [];
    const isNew = new Set(inserted.map(keyOf));
    const others = rows.filter((row) => !isNew.has(keyOf(row)));
    const keys = [others.map((row) => row.project_key), others.map((row) => row.id)];
    const found = await this.query({ text: this.selectSql, values: keys }, deadline);
    // Deleted in between, or kept out by a trigger or a policy of the host: neither may be answered as stored.
    if (found.length < others.length) throw Object.assign(new Error('rows left out'), { code: 'ROWS_LEFT_OUT' });
    return found;
  }

  async durability(deadline: number): Promise<Durability> {
    const columns = SETTINGS.map(({ name }) => `current_setting('${name}') AS ${name}`);
    const [values] = await this.query<Record<string, string>>({ text: `SELECT ${columns.join(', ')}` }, deadline);
    return durabilityOf('PostgreSQL', SETTINGS, values);
  }

  isUnavailable(error: unknown): boolean {
    const code = codeOf(error);
    return UNAVAILABLE.test(code) || NETWORK_FAULT.test(code) || (code === '' && isConnectionFault(error));
  }

  // Below TypeORM, which would log statements with their parameters, and can't name a prepared statement.
  private async query<T = EventRow>(query: Query, deadline: number): Promise<T[]> {
    const { master: pool } = this.dataSource.driver as unknown as { master?: Pool };
    if (pool === undefined) throw new Error('The driver is not connected');
    watch(pool);
    const release = (client: Client) => client.release();
    return withConnection(pool.connect(), release, deadline, async (client) => {
      try {
        return (await client.query({ ...query, query_timeout: millisecondsUntil(deadline) })).rows as T[];
      } catch (error) {
        // A connection that is black would be black for the next batch too.
        if (isConnectionFault(error)) void client.end().catch(() => undefined);
        throw error;
      }
    });
  }
}

function elementType(column: string): 'text' | 'json' {
  return JSON_COLUMNS.includes(column) ? 'json' : 'text';
}

/** Pools and clients that have their listener. */
const watched = new WeakSet<Pool | Client>();

// Between the pool's error listener and that of a user there is a gap, in which a lost connection would end the process.
function watch(pool: Pool): void {
  if (watched.has(pool)) return;
  watched.add(pool);
  pool.on('acquire', (client) => {
    if (!watched.has(client)) client.on('error', () => undefined);
    watched.add(client);
  });
}

// pg has no code for these.
function isConnectionFault(error: unknown): boolean {
  return /timeout|terminated|not queryable|after calling end|not connected/i.test((error as Error)?.message ?? '');
}

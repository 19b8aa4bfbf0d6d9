import { HttpException, ServiceUnavailableException } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Database, Result, TextRow } from '../engines/database.js';
import { databaseOf } from '../engines/database-of.js';
import { codeOf } from '../engines/driver-error.js';
import { openTable } from '../engines/open-table.js';
import { type NamedTable, qualifiedName } from '../engines/table-name.js';
import { DEFAULT_TIMEOUT_MS } from '../engines/with-connection.js';
import { API_KEY_TABLE, ApiKeyEntity } from './api-key.entity.js';
import { KEY_COLUMNS, type StoredApiKey, toKeyRow, toStoredKey } from './stored-api-key.js';

export const API_KEYS_TABLE: NamedTable = { entity: ApiKeyEntity, given: API_KEY_TABLE, holds: 'keys' };

const TIMES: readonly string[] = ['created_at', 'expires_at', 'revoked_at', 'last_used_at'];
const COLUMNS = Object.values(KEY_COLUMNS);

type Values = Record<string, string | null>;

/**
 * The table of keys, in statements of our own: through TypeORM and the parsers of a driver, settings of the host would
 * decide what a key may do. Every failure is a `ServiceUnavailableException`.
 */
export class ApiKeyTable {
  private readonly database: Database;
  private readonly name: string;
  private readonly select: string;

  constructor(private readonly dataSource: DataSource) {
    this.database = databaseOf(dataSource);
    this.name = qualifiedName(dataSource, API_KEYS_TABLE);
    const read = COLUMNS.map((column) => (TIMES.includes(column) ? this.database.keyTime(column) : column));
    this.select = `SELECT ${read.join(', ')}, digest FROM ${this.name}`;
  }

  /** Fails, in a sentence that says what to do, where the table isn't there or can't be used. */
  async open(): Promise<void> {
    const deadline = performance.now() + DEFAULT_TIMEOUT_MS;
    await openTable(this.dataSource, this.database, [...COLUMNS, 'digest'], deadline, API_KEYS_TABLE);
  }

  /** The keys with these digests that are not revoked. */
  async findByDigests(digests: readonly string[], deadline: number): Promise<Map<string, StoredApiKey>> {
    const list = digests.map((_, index) => this.database.parameter(index + 1)).join(', ');
    const { rows } = await this.run(`${this.select} WHERE digest IN (${list}) AND revoked_at IS NULL`, digests, deadline);
    return new Map(rows.map((row) => [row.digest!, toStoredKey(row)]));
  }

  async findById(id: string): Promise<StoredApiKey | undefined> {
    const { rows } = await this.run(`${this.select} WHERE id = ${this.database.parameter(1)}`, [id]);
    return rows.length === 0 ? undefined : toStoredKey(rows[0]);
  }

  /** The oldest first. */
  async all(): Promise<StoredApiKey[]> {
    const { rows } = await this.run(`${this.select} ORDER BY id`);
    return rows.map(toStoredKey);
  }

  async insert(key: StoredApiKey, digest: string): Promise<void> {
    const row = { ...toKeyRow(key), digest };
    const parameters = Object.keys(row).map((_, index) => this.database.parameter(index + 1));
    const sql = `INSERT INTO ${this.name} (${Object.keys(row).join(', ')}) VALUES (${parameters.join(', ')})`;
    await this.run(sql, Object.values(row));
  }

  /** Writes these columns of the keys with these ids, and tells how many there were; `where` may exclude some. */
  async update(ids: readonly string[], values: Values, where = ''): Promise<number> {
    const set = Object.keys(values).map((column, index) => `${column} = ${this.database.parameter(index + 1)}`);
    const list = ids.map((_, index) => this.database.parameter(set.length + index + 1)).join(', ');
    const sql = `UPDATE ${this.name} SET ${set.join(', ')} WHERE id IN (${list})${where}`;
    return (await this.run(sql, [...Object.values(values), ...ids])).affected;
  }

  async delete(id: string): Promise<void> {
    await this.run(`DELETE FROM ${this.name} WHERE id = ${this.database.parameter(1)}`, [id]);
  }

  private async run(
    sql: string,
    values: readonly (string | null)[] = [],
    deadline = performance.now() + DEFAULT_TIMEOUT_MS,
  ): Promise<Result<TextRow>> {
    // For hosts that log their queries, without the values: a digest must not stand in a log.
    this.dataSource.logger.logQuery(sql);
    try {
      return await this.database.run({ sql, values }, deadline);
    } catch (error) {
      throw unavailable(error);
    }
  }
}

/** Fails, in a sentence that says what to do, where the data source doesn't know the entity or has no table for it. */
export async function openApiKeyTable(dataSource: DataSource): Promise<void> {
  if (!dataSource.hasMetadata(ApiKeyEntity)) throw new Error(withoutEntity(dataSource));
  await new ApiKeyTable(dataSource).open();
}

function withoutEntity(dataSource: DataSource): string {
  return dataSource instanceof DataSource
    ? 'typeOrmApiKeys() needs ApiKeyEntity in the data source: set `autoLoadEntities: true`, or add it to the `entities`.'
    : 'The data source was made by another copy of typeorm than the one that nestjs-event-log uses: `npm ls typeorm` shows both, and `npm dedupe`, or the same version everywhere, makes them one.';
}

/** What a driver says of a failed statement can hold SQL and data, so only its code goes on. */
function unavailable(error: unknown): HttpException {
  if (error instanceof HttpException) return error;
  const cause = new Error(codeOf(error) || (error as Error).name);
  return new ServiceUnavailableException('The database of the keys is not available', { cause });
}

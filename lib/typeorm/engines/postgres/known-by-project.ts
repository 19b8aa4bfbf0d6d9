import type { DataSource } from 'typeorm';
import { erasedIdDigest } from '../../../events/erased-id-digest.js';
import { ERASURES } from '../../erasing/erasure-tables.js';
import type { EarlierRow, EventRow } from '../../events/event-columns.js';
import { postgresDatabaseOf } from '../database-of.js';
import { keyOf } from '../../events/row-key.js';
import type { KnownRow } from '../engine.js';
import { qualifiedName } from '../table-name.js';
import { type PostgresDatabase, utcText } from './database.js';

/**
 * What kept rows out of a table that Citus distributes by project: those of one project are asked of its shard alone. Where the
 * table is joined with another one, Citus fetches all of it.
 */
export class KnownByProject {
  private readonly database: PostgresDatabase;
  private readonly storedSql: string;
  private readonly erasedSql: string;

  constructor(dataSource: DataSource) {
    this.database = postgresDatabaseOf(dataSource);
    const areOf = (column: string) => `WHERE project_key = ANY ($1::text[]) AND ${column} = ANY ($2::text[])`;
    this.storedSql = `SELECT project_key, id, ${utcText('created_at')} AS created_at, content_digest FROM ${qualifiedName(dataSource)} ${areOf('id')}`;
    this.erasedSql = `SELECT project_key, id_digest FROM ${qualifiedName(dataSource, ERASURES)} ${areOf('id_digest')}`;
  }

  async find(rows: readonly EventRow[], deadline: number): Promise<KnownRow[]> {
    const projects = [...new Set(rows.map(({ project_key }) => project_key!))];
    const digests = new Map(rows.map(({ id }) => [erasedIdDigest(id!), id!]));
    const stored = await this.query<EarlierRow>(this.storedSql, [projects, rows.map(({ id }) => id!)], deadline);
    // Last, as what is removed is noted as erased before.
    const noted = await this.query<{ project_key: string; id_digest: string }>(
      this.erasedSql,
      [projects, [...digests.keys()]],
      deadline,
    );
    const found = new Map<string, KnownRow>(stored.map((row) => [keyOf(row), row]));
    for (const { project_key, id_digest } of noted) {
      const key = { project_key, id: digests.get(id_digest)! };
      found.set(keyOf(key), { ...key, erased: true });
    }
    // With several projects, an id of the one may be found in the other.
    return rows.flatMap((row) => found.get(keyOf(row)) ?? []);
  }

  private async query<R>(sql: string, values: string[][], deadline: number): Promise<R[]> {
    return (await this.database.run<R>({ sql, values }, deadline)).rows;
  }
}

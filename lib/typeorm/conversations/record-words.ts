import type { DataSource } from 'typeorm';
import { type Sql, sql } from '../../sql/sql.js';
import { byEngine } from '../engines/by-engine.js';

/** What engines write differently to have conversations and feedback look like events. */
export interface RecordWords {
  /** A time as the table of events has it, of RFC 3339 text in UTC. */
  time(text: Sql): Sql;
  /** JSON of its text. */
  json(text: Sql): Sql;
  /** A JSON object of one member. */
  object(name: Sql, value: Sql): Sql;
  /** Further columns. */
  readonly more: Sql;
}

export function recordWordsOf(dataSource: DataSource): RecordWords {
  return byEngine<RecordWords>(dataSource, ['typeOrmStorage', 'reads conversations'], {
    sqlite: () => ({
      time: (text) => sql`replace(substr(${text}, 1, 23), 'T', ' ')`,
      json: (text) => sql`json(${text})`,
      object: (name, value) => sql`json_object(${name}, ${value})`,
      // By which a read is stopped.
      more: sql`, r.rowid AS rowid`,
    }),
    postgres: () => ({
      time: (text) => sql`CAST(${text} AS timestamptz)`,
      json: (text) => sql`CAST(${text} AS json)`,
      object: (name, value) => sql`json_build_object(${name}, ${value})`,
      more: sql``,
    }),
    mysql: () => ({
      time: (text) => sql`CAST(REPLACE(LEFT(${text}, 23), 'T', ' ') AS DATETIME(3))`,
      json: (text) => sql`JSON_EXTRACT(${text}, '$')`,
      // In the character set of the tables, whatever that of the connection is.
      object: (name, value) => sql`CONVERT(JSON_OBJECT(${name}, ${value}) USING utf8mb4)`,
      more: sql``,
    }),
  });
}

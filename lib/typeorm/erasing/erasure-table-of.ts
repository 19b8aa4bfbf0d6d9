import type { DataSource } from 'typeorm';
import { byEngine } from '../engines/by-engine.js';
import type { ErasureTable } from '../engines/erasure-table.js';
import { MysqlErasureTable } from '../engines/mysql/erasure-table.js';
import { PostgresErasureTable } from '../engines/postgres/erasure-table.js';
import { SqliteErasureTable } from '../engines/sqlite/erasure-table.js';

export function erasureTableOf(dataSource: DataSource): ErasureTable {
  return byEngine<ErasureTable>(dataSource, ['typeOrmStorage', 'erases events'], {
    sqlite: (source) => new SqliteErasureTable(source),
    postgres: (source) => new PostgresErasureTable(source),
    mysql: (source) => new MysqlErasureTable(source),
  });
}

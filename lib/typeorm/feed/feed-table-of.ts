import type { DataSource } from 'typeorm';
import type { FeedTable } from '../engines/feed-table.js';
import { MysqlFeedTable } from '../engines/mysql/feed-table.js';
import { PostgresFeedTable } from '../engines/postgres/feed-table.js';
import { SqliteFeedTable } from '../engines/sqlite/feed-table.js';

export function feedTableOf(dataSource: DataSource): FeedTable {
  switch (dataSource.options.type) {
    case 'better-sqlite3':
      return new SqliteFeedTable(dataSource);
    case 'postgres':
      return new PostgresFeedTable(dataSource);
    case 'mysql':
    case 'mariadb':
      return new MysqlFeedTable(dataSource);
    default:
      throw new Error(
        `typeOrmStorage() follows events in better-sqlite3, postgres, mysql or mariadb, not in ${dataSource.options.type}: name another data source with typeOrmStorage({ dataSource }).`,
      );
  }
}

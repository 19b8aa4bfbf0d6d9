import type { DataSource } from 'typeorm';
import { byEngine } from '../engines/by-engine.js';
import type { FeedTable } from '../engines/feed-table.js';
import { MysqlFeedTable } from '../engines/mysql/feed-table.js';
import { PostgresFeedTable } from '../engines/postgres/feed-table.js';
import { SqliteFeedTable } from '../engines/sqlite/feed-table.js';

export function feedTableOf(dataSource: DataSource): FeedTable {
  return byEngine<FeedTable>(dataSource, ['typeOrmStorage', 'follows events'], {
    sqlite: (source) => new SqliteFeedTable(source),
    postgres: (source) => new PostgresFeedTable(source),
    mysql: (source) => new MysqlFeedTable(source),
  });
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropFeed } from './feed/drop-feed.js';
import { addMysqlFeed } from './feed/mysql.js';
import { addPostgresFeed } from './feed/postgres.js';
import { addSqliteFeed } from './feed/sqlite.js';
import { whileLocked } from './migration-lock.js';

/**
 * Gives each event its place in the order of commits. The database does it by itself, so that what processes of before go on
 * writing has one too.
 */
export class AddEventLogFeed1767830400000 implements MigrationInterface {
  readonly name = 'AddEventLogFeed1767830400000';

  up(runner: QueryRunner): Promise<void> {
    return whileLocked(runner, () => addFeed(runner));
  }

  down(runner: QueryRunner): Promise<void> {
    return dropFeed(runner);
  }
}

async function addFeed(runner: QueryRunner): Promise<void> {
  switch (runner.connection.options.type) {
    case 'postgres':
      return addPostgresFeed(runner);
    case 'mysql':
    case 'mariadb':
      return addMysqlFeed(runner);
    default:
      return addSqliteFeed(runner);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex } from './create-index.js';
import { whileLocked } from './migration-lock.js';
import { collateSearchQuery } from './search-query-collation.js';

const BY_TIME = ['_by_time', 'project_id, created_at'] as const;

/** Makes the indexes for reading; the one by project and time takes the place of the first, which goes when it is there. */
export class AddEventLogReadingIndexes1767744000000 implements MigrationInterface {
  readonly name = 'AddEventLogReadingIndexes1767744000000';

  up(runner: QueryRunner): Promise<void> {
    return whileLocked(runner, async () => {
      for (const [suffix, columns] of indexesOf(runner)) await createIndex(runner, suffix, columns);
      await dropIndex(runner, BY_TIME[0]);
      await collateSearchQuery(runner, 'C');
    });
  }

  down(runner: QueryRunner): Promise<void> {
    return whileLocked(runner, async () => {
      await createIndex(runner, ...BY_TIME);
      for (const [suffix] of indexesOf(runner)) await dropIndex(runner, suffix);
      await collateSearchQuery(runner, 'default');
    });
  }
}

function indexesOf({ connection }: QueryRunner): [suffix: string, columns: string][] {
  const entityType = connection.options.type === 'postgres' ? ') INCLUDE (entity_type' : ', entity_type';
  return [
    ['_by_project', `project_id, created_at, id${entityType}`],
    // For keys of no project; of one time and id, there may be an event a project.
    ['_by_created', 'created_at, id, project_key'],
    ['_by_user', 'project_id, user_key, created_at'],
  ];
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from './add-column.js';
import { dialectOf } from './dialect.js';
import { whileLocked } from './migration-lock.js';

const COLUMN = 'user_key';

/** Adds who did it. Rows of before, and what processes of before go on writing, have null until a reader fills them. */
export class AddEventLogUserKey1767657600000 implements MigrationInterface {
  readonly name = 'AddEventLogUserKey1767657600000';

  up(runner: QueryRunner): Promise<void> {
    return whileLocked(runner, async () => addColumn(runner, COLUMN, (await dialectOf(runner)).name));
  }

  down(runner: QueryRunner): Promise<void> {
    return dropColumn(runner, COLUMN);
  }
}

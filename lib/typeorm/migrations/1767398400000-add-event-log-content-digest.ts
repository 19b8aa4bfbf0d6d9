import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from './add-column.js';
import { dialectOf } from './dialect.js';
import { whileLocked } from './migration-lock.js';

const COLUMN = 'content_digest';

/** Adds what tells a replay from a conflict. Rows of before have null: they are compared column by column. */
export class AddEventLogContentDigest1767398400000 implements MigrationInterface {
  readonly name = 'AddEventLogContentDigest1767398400000';

  up(runner: QueryRunner): Promise<void> {
    return whileLocked(runner, async () => addColumn(runner, COLUMN, (await dialectOf(runner)).name));
  }

  down(runner: QueryRunner): Promise<void> {
    return dropColumn(runner, COLUMN);
  }
}

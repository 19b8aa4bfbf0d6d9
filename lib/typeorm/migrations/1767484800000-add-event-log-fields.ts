import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from './add-column.js';
import { dialectOf } from './dialect.js';
import { whileLocked } from './migration-lock.js';

const COLUMN = 'fields';

/** Adds what entity types of the host's own keep. Rows of before, and what processes of before go on writing, have null. */
export class AddEventLogFields1767484800000 implements MigrationInterface {
  readonly name = 'AddEventLogFields1767484800000';

  up(runner: QueryRunner): Promise<void> {
    return whileLocked(runner, async () => addColumn(runner, COLUMN, (await dialectOf(runner)).json));
  }

  down(runner: QueryRunner): Promise<void> {
    return dropColumn(runner, COLUMN);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { API_KEYS_TABLE } from '../keys/api-key-table.js';
import { addColumn, dropColumn } from './add-column.js';
import { dialectOf } from './dialect.js';
import { whileLocked } from './migration-lock.js';

const COLUMN = 'entity_types';

/** Adds the entity types that a key is held to. Keys of before have null, as have those that the earlier version makes: all types. */
export class AddEventLogKeyEntityTypes1767571200000 implements MigrationInterface {
  readonly name = 'AddEventLogKeyEntityTypes1767571200000';

  up(runner: QueryRunner): Promise<void> {
    return whileLocked(runner, async () => addColumn(runner, COLUMN, (await dialectOf(runner)).json, API_KEYS_TABLE));
  }

  down(runner: QueryRunner): Promise<void> {
    return dropColumn(runner, COLUMN, API_KEYS_TABLE);
  }
}

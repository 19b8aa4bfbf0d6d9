import type { MigrationInterface, QueryRunner } from 'typeorm';
import { qualifiedName } from '../engines/table-name.js';
import { createIndex } from './create-index.js';
import { dialectOf } from './dialect.js';
import { whileLocked } from './migration-lock.js';

/** Makes the table of events, with ids compared byte for byte, and the indexes for reading a project by time and by type. */
export class CreateEventLogEvents1767225600000 implements MigrationInterface {
  readonly name = 'CreateEventLogEvents1767225600000';

  up(runner: QueryRunner): Promise<void> {
    return whileLocked(runner, async () => {
      await createTable(runner);
      await createIndex(runner, '_by_time', 'project_id, created_at');
      await createIndex(runner, '_by_type', 'project_id, type, created_at');
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE IF EXISTS ${qualifiedName(runner.connection)}`);
  }
}

// Every step looks whether it is done: MySQL commits each, so what dies half-way starts again from the middle.
async function createTable(runner: QueryRunner): Promise<void> {
  const { key, name, longText, json, time, options } = await dialectOf(runner);
  await runner.query(`
    CREATE TABLE IF NOT EXISTS ${qualifiedName(runner.connection)} (
      project_key ${key} NOT NULL,
      id ${name} NOT NULL,
      entity_type ${name} NOT NULL,
      type ${name} NOT NULL,
      message_id ${name},
      conversation_id ${name},
      search_query ${longText},
      created_at ${time} NOT NULL,
      project_id ${name},
      integration_id ${name},
      properties ${json},
      user_properties ${json},
      received_at ${time} NOT NULL,
      PRIMARY KEY (project_key, id)
    ) ${options}`);
}

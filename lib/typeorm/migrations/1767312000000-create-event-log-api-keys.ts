import type { MigrationInterface, QueryRunner } from 'typeorm';
import { qualifiedName } from '../engines/table-name.js';
import { API_KEYS_TABLE } from '../keys/api-key-table.js';
import { dialectOf } from './dialect.js';
import { whileLocked } from './migration-lock.js';

/** Makes the table of keys. */
export class CreateEventLogApiKeys1767312000000 implements MigrationInterface {
  readonly name = 'CreateEventLogApiKeys1767312000000';

  up(runner: QueryRunner): Promise<void> {
    return whileLocked(runner, () => createTable(runner));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE IF EXISTS ${qualifiedName(runner.connection, API_KEYS_TABLE)}`);
  }
}

async function createTable(runner: QueryRunner): Promise<void> {
  const { name, json, options, zonedTime: time } = await dialectOf(runner);
  await runner.query(`
    CREATE TABLE IF NOT EXISTS ${qualifiedName(runner.connection, API_KEYS_TABLE)} (
      id ${name} NOT NULL PRIMARY KEY,
      digest ${name} NOT NULL UNIQUE,
      prefix ${name} NOT NULL,
      name ${name} NOT NULL,
      kind ${name} NOT NULL,
      scopes ${json} NOT NULL,
      project_id ${name},
      integration_id ${name},
      allowed_origins ${json},
      created_at ${time} NOT NULL,
      expires_at ${time},
      revoked_at ${time},
      replaced_by ${name},
      last_used_at ${time}
    ) ${options}`);
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { EVENT_TABLE } from '../events/event.entity.js';
import { qualifiedName, unqualifiedName } from '../engines/table-name.js';
import { dialectOf } from './dialect.js';

/** Makes the table of events, with ids compared byte for byte, and the indexes for reading a project by time and by type. */
export class CreateEventLogEvents1767225600000 implements MigrationInterface {
  readonly name = 'CreateEventLogEvents1767225600000';

  async up(runner: QueryRunner): Promise<void> {
    const { connection } = runner;
    const table = qualifiedName(connection);
    const { key, name, longText, json, time, options } = await dialectOf(runner);
    await runner.query(`
      CREATE TABLE ${table} (
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
    await runner.query(
      `CREATE INDEX ${unqualifiedName(connection, `${EVENT_TABLE}_by_time`)} ON ${table} (project_id, created_at)`,
    );
    await runner.query(
      `CREATE INDEX ${unqualifiedName(connection, `${EVENT_TABLE}_by_type`)} ON ${table} (project_id, type, created_at)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${qualifiedName(runner.connection)}`);
  }
}

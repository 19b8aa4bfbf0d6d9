import type { MigrationInterface, QueryRunner } from 'typeorm';
import { qualifiedName, unqualifiedName } from '../event-table.js';

type Columns = Record<'key' | 'name' | 'longText' | 'json' | 'time', string>;

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
    await runner.query(`CREATE INDEX ${unqualifiedName(connection, '_by_time')} ON ${table} (project_id, created_at)`);
    await runner.query(`CREATE INDEX ${unqualifiedName(connection, '_by_type')} ON ${table} (project_id, type, created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${qualifiedName(runner.connection)}`);
  }
}

async function dialectOf(runner: QueryRunner): Promise<Columns & { options: string }> {
  switch (runner.connection.options.type) {
    case 'postgres': {
      const text = 'text COLLATE "C"';
      // json keeps the text as it was sent; jsonb would sort keys and write 1e300 with 300 digits.
      return { key: text, name: text, longText: 'text', json: 'json', time: 'timestamptz(3)', options: '' };
    }
    case 'mysql':
    case 'mariadb': {
      const [{ version }] = await runner.query('SELECT VERSION() AS version');
      // Both are binary and, unlike utf8mb4_bin, count trailing spaces; each server knows only its own.
      const collation = /mariadb/i.test(version) ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
      return {
        key: 'varchar(256)',
        name: 'varchar(255)',
        longText: 'longtext',
        json: 'longtext', // a JSON column of MariaDB refuses more than 31 levels
        time: 'datetime(3)',
        options: `ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARACTER SET utf8mb4 COLLATE ${collation}`,
      };
    }
    default:
      return { key: 'text', name: 'text', longText: 'text', json: 'text', time: 'text', options: '' };
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { qualifiedName } from '../engines/table-name.js';
import { ERASURE_REQUESTS, ERASURES } from '../erasing/erasure-tables.js';
import { dialectOf } from './dialect.js';
import { createErasures } from './erasures/create-erasures.js';
import { whileLocked } from './migration-lock.js';

/** Makes the tables of what was erased on a person's request, and of the requests. */
export class CreateEventLogErasures1768089600000 implements MigrationInterface {
  readonly name = 'CreateEventLogErasures1768089600000';

  up(runner: QueryRunner): Promise<void> {
    return whileLocked(runner, async () => {
      await createErasures(runner);
      await createRequests(runner);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [ERASURE_REQUESTS, ERASURES]) {
      await runner.query(`DROP TABLE IF EXISTS ${qualifiedName(runner.connection, table)}`);
    }
  }
}

async function createRequests(runner: QueryRunner): Promise<void> {
  const { key, name, longText, zonedTime: time, options } = await dialectOf(runner);
  await runner.query(`
    CREATE TABLE IF NOT EXISTS ${qualifiedName(runner.connection, ERASURE_REQUESTS)} (
      id ${name} NOT NULL PRIMARY KEY,
      mode ${name} NOT NULL,
      user_key ${name},
      project_key ${key},
      paths ${longText} NOT NULL,
      started_at ${time} NOT NULL,
      finished_at ${time},
      counts ${longText},
      term bigint NOT NULL,
      beat bigint NOT NULL
    ) ${options}`);
}

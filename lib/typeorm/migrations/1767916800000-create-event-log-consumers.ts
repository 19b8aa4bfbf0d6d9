import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CONSUMERS, PARKED_EVENTS } from '../consumers/consumer-tables.js';
import { qualifiedName } from '../engines/table-name.js';
import { dialectOf } from './dialect.js';
import { whileLocked } from './migration-lock.js';

/** Makes the tables of consumers: where each one is, and what it has set aside. */
export class CreateEventLogConsumers1767916800000 implements MigrationInterface {
  readonly name = 'CreateEventLogConsumers1767916800000';

  up(runner: QueryRunner): Promise<void> {
    return whileLocked(runner, async () => {
      await createConsumers(runner);
      await createParkedEvents(runner);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [PARKED_EVENTS, CONSUMERS]) {
      await runner.query(`DROP TABLE IF EXISTS ${qualifiedName(runner.connection, table)}`);
    }
  }
}

async function createConsumers(runner: QueryRunner): Promise<void> {
  const { name, longText, options, zonedTime: time } = await dialectOf(runner);
  await runner.query(`
    CREATE TABLE IF NOT EXISTS ${qualifiedName(runner.connection, CONSUMERS)} (
      name ${name} NOT NULL PRIMARY KEY,
      position ${name} NOT NULL,
      status ${name} NOT NULL,
      holder ${name},
      term bigint NOT NULL,
      beat bigint NOT NULL,
      attempts bigint NOT NULL,
      failing_since ${time},
      last_error ${longText},
      moved_at ${time} NOT NULL,
      retries_parked smallint NOT NULL
    ) ${options}`);
}

async function createParkedEvents(runner: QueryRunner): Promise<void> {
  const { name, longText, options, zonedTime: time } = await dialectOf(runner);
  await runner.query(`
    CREATE TABLE IF NOT EXISTS ${qualifiedName(runner.connection, PARKED_EVENTS)} (
      consumer ${name} NOT NULL,
      position ${name} NOT NULL,
      after_position ${name} NOT NULL,
      event_id ${name} NOT NULL,
      project_id ${name},
      attempts bigint NOT NULL,
      error ${longText} NOT NULL,
      parked_at ${time} NOT NULL,
      number bigint NOT NULL,
      PRIMARY KEY (consumer, position)
    ) ${options}`);
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { qualifiedName } from '../engines/table-name.js';
import { WEBHOOK_DELIVERIES, WEBHOOKS } from '../webhooks/webhook-tables.js';
import { dialectOf } from './dialect.js';
import { whileLocked } from './migration-lock.js';

/** Makes the tables of webhooks: where events are sent, and what became of that. */
export class CreateEventLogWebhooks1768003200000 implements MigrationInterface {
  readonly name = 'CreateEventLogWebhooks1768003200000';

  up(runner: QueryRunner): Promise<void> {
    return whileLocked(runner, async () => {
      await createWebhooks(runner);
      await createDeliveries(runner);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [WEBHOOK_DELIVERIES, WEBHOOKS]) {
      await runner.query(`DROP TABLE IF EXISTS ${qualifiedName(runner.connection, table)}`);
    }
  }
}

async function createWebhooks(runner: QueryRunner): Promise<void> {
  const { name, longText, options, zonedTime: time } = await dialectOf(runner);
  await runner.query(`
    CREATE TABLE IF NOT EXISTS ${qualifiedName(runner.connection, WEBHOOKS)} (
      id ${name} NOT NULL PRIMARY KEY,
      name ${name} NOT NULL,
      url ${longText} NOT NULL,
      secrets ${longText} NOT NULL,
      entity_types ${longText},
      types ${longText},
      project_id ${name},
      created_at ${time} NOT NULL,
      version bigint NOT NULL
    ) ${options}`);
}

async function createDeliveries(runner: QueryRunner): Promise<void> {
  const { name, longText, options, zonedTime: time } = await dialectOf(runner);
  await runner.query(`
    CREATE TABLE IF NOT EXISTS ${qualifiedName(runner.connection, WEBHOOK_DELIVERIES)} (
      id ${name} NOT NULL UNIQUE,
      endpoint_id ${name} NOT NULL,
      message_id ${name} NOT NULL,
      after_position ${name} NOT NULL,
      position ${name} NOT NULL,
      event_count bigint NOT NULL,
      attempt bigint NOT NULL,
      status bigint,
      error ${longText},
      ms bigint NOT NULL,
      sent_at ${time} NOT NULL,
      PRIMARY KEY (endpoint_id, id)
    ) ${options}`);
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CONVERSATIONS, FEEDBACK, MESSAGES } from '../conversations/conversation-tables.js';
import { qualifiedName } from '../engines/table-name.js';
import { createIndex } from './create-index.js';
import { dialectOf } from './dialect.js';
import { whileLocked } from './migration-lock.js';

/** Makes the tables of conversations, of their messages and of feedback on these. Times are RFC 3339 text in UTC. */
export class CreateEventLogConversations1768176000000 implements MigrationInterface {
  readonly name = 'CreateEventLogConversations1768176000000';

  up(runner: QueryRunner): Promise<void> {
    return whileLocked(runner, async () => {
      await createConversations(runner);
      await createMessages(runner);
      await createFeedback(runner);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [FEEDBACK, MESSAGES, CONVERSATIONS]) {
      await runner.query(`DROP TABLE IF EXISTS ${qualifiedName(runner.connection, table)}`);
    }
  }
}

async function createConversations(runner: QueryRunner): Promise<void> {
  const { name, longText, json, options } = await dialectOf(runner);
  await runner.query(`
    CREATE TABLE IF NOT EXISTS ${qualifiedName(runner.connection, CONVERSATIONS)} (
      id ${name} NOT NULL PRIMARY KEY,
      project_id ${name},
      integration_id ${name},
      state ${name} NOT NULL,
      type ${name} NOT NULL,
      external_id ${name},
      external_url ${longText},
      support_ticket_conversation_id ${name},
      visibility ${name},
      tags ${longText},
      properties ${json},
      user_properties ${json},
      user_key ${name},
      origin_id ${name},
      first_key ${name} UNIQUE,
      external_key ${name} UNIQUE,
      created_at ${name} NOT NULL,
      updated_at ${name} NOT NULL
    ) ${options}`);
  await createIndex(runner, '_project', 'project_id, updated_at, id', undefined, CONVERSATIONS);
  await createIndex(runner, '_updated', 'updated_at, id', undefined, CONVERSATIONS);
  await createIndex(runner, '_user', 'user_key', undefined, CONVERSATIONS);
  await createIndex(runner, '_origin', 'origin_id', undefined, CONVERSATIONS);
  await createIndex(runner, '_external', 'external_id', undefined, CONVERSATIONS);
}

async function createMessages(runner: QueryRunner): Promise<void> {
  const { name, longText, options } = await dialectOf(runner);
  await runner.query(`
    CREATE TABLE IF NOT EXISTS ${qualifiedName(runner.connection, MESSAGES)} (
      conversation_id ${name} NOT NULL,
      position bigint NOT NULL,
      id ${name} NOT NULL,
      role ${name} NOT NULL,
      body ${longText} NOT NULL,
      digest ${name} NOT NULL,
      body_digest ${name} NOT NULL,
      bytes bigint NOT NULL,
      created_at ${name} NOT NULL,
      updated_at ${name} NOT NULL,
      PRIMARY KEY (conversation_id, position),
      UNIQUE (conversation_id, id)
    ) ${options}`);
  await createIndex(runner, '_id', 'id', undefined, MESSAGES);
}

async function createFeedback(runner: QueryRunner): Promise<void> {
  const { name, longText, json, options } = await dialectOf(runner);
  await runner.query(`
    CREATE TABLE IF NOT EXISTS ${qualifiedName(runner.connection, FEEDBACK)} (
      id ${name} NOT NULL PRIMARY KEY,
      type ${name} NOT NULL,
      message_id ${name} NOT NULL,
      project_id ${name},
      integration_id ${name},
      reasons ${longText},
      properties ${json},
      user_properties ${json},
      user_key ${name},
      created_at ${name} NOT NULL,
      updated_at ${name} NOT NULL
    ) ${options}`);
  await createIndex(runner, '_project', 'project_id, created_at, id', undefined, FEEDBACK);
  await createIndex(runner, '_updated', 'updated_at, id', undefined, FEEDBACK);
  await createIndex(runner, '_message', 'message_id', undefined, FEEDBACK);
  await createIndex(runner, '_user', 'user_key', undefined, FEEDBACK);
}

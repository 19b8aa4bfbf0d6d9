// Writes events until it is told to stop or is killed, and tells of each that is committed: its id, and when it was sent and
// acknowledged. Some of its transactions sleep before they end, and some of those roll back.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiKeyEntity, EventEntity, TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';

const { options, writers, share, columns } = JSON.parse(process.argv[2]);
const source = await new DataSource({ ...options, entities: [EventEntity, ApiKeyEntity] }).initialize();
const repository = new TypeOrmEventRepository(source);
await repository.onModuleInit();
const isPostgres = options.type === 'postgres';
const now = () => performance.timeOrigin + performance.now();

const newEvent = () => {
  const time = new Date().toISOString();
  return {
    id: randomUUID(),
    type: 't',
    messageId: 'm',
    entityType: 'message',
    createdAt: time,
    receivedAt: time,
    projectId: 'p',
    integrationId: null,
    properties: null,
    userProperties: null,
    contentDigest: 'd',
  };
};

/** As the version before does, or SQL of the host: through no gate, and in a transaction that takes its time. */
async function writeSlowly(events) {
  const runner = source.createQueryRunner();
  await runner.connect();
  try {
    await runner.query(isPostgres ? 'BEGIN' : options.type === 'mysql' ? 'START TRANSACTION' : 'BEGIN IMMEDIATE');
    for (const event of events) {
      const values = [
        `=${event.projectId}`,
        event.id,
        event.entityType,
        event.type,
        event.createdAt,
        event.projectId,
        event.receivedAt,
      ];
      const places = columns.map((_column, index) => (isPostgres ? `$${index + 1}` : '?'));
      const sql = `INSERT INTO event_log_events (${columns.join(', ')}) VALUES (${places.join(', ')})`;
      await runner.query(sql, isPostgres ? values : values.map((value) => value.replace(/^(\d{4}-.*)T(.*)Z$/, '$1 $2')));
      await delay(Math.random() * 20);
    }
    await delay(Math.random() * 80);
    const isCommitted = Math.random() < 0.8;
    await runner.query(isCommitted ? 'COMMIT' : 'ROLLBACK');
    return isCommitted;
  } catch (error) {
    await runner.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

async function writeQuickly(events) {
  await repository.insert(events);
  return true;
}

let isStopped = false;
process.stdin.once('data', () => (isStopped = true));
process.stdin.once('end', () => (isStopped = true));

async function write() {
  while (!isStopped) {
    const isSlow = Math.random() < share;
    const events = Array.from({ length: 1 + Math.floor(Math.random() * (isSlow ? 3 : 8)) }, newEvent);
    const sent = now();
    try {
      if (!(await (isSlow ? writeSlowly : writeQuickly)(events))) continue;
      const acked = now();
      process.stdout.write(events.map(({ id }) => `${JSON.stringify({ id, sent, acked })}\n`).join(''));
    } catch {
      await delay(20); // too busy, or a deadlock: not acknowledged
    }
    if (options.type === 'better-sqlite3') await delay(Math.random() * 5);
  }
}

await Promise.all(Array.from({ length: writers }, write));
await source.destroy();
process.stdin.destroy();

import { Logger } from '@nestjs/common';
import { type EventRecord, type InsertOutcome, type ProblemDetails } from 'nestjs-event-log';
import { describeEventRepository } from 'nestjs-event-log/testing';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { closeApps } from '../utils/create-app.js';
import { undoMigrations } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { startTypeOrmHost } from '../utils/typeorm-host.js';
import { dataSourcesOf } from './data-sources.js';

Logger.overrideLogger(false);

/** Writes rows as the versions did that made no digest. */
class OldRepository extends TypeOrmEventRepository {
  override insert(events: readonly EventRecord[], timeoutMs?: number): Promise<InsertOutcome[]> {
    const withoutDigest = events.map((event) => ({ ...event, contentDigest: null as unknown as string }));
    return super.insert(withoutDigest, timeoutMs);
  }
}

describeEngines('Events that were stored before there were digests', (engine) => {
  const { shared } = dataSourcesOf(engine);
  afterEach(closeApps);

  describeEventRepository('the contract of repositories', async () => {
    const repository = new OldRepository(shared());
    await repository.onModuleInit();
    return repository;
  });

  it('an event of before the migration is replayed also where the driver of the host reads in binary', async () => {
    const source = { migrationsRun: false, ...(engine.name === 'PostgreSQL' && { extra: { binary: true } }) };
    const { post, dataSource } = await startTypeOrmHost('express', engine.url, { source });
    const event = { id: 'binary', messageId: 'm' };
    const first = await post(event);
    await dataSource.query("UPDATE event_log_events SET content_digest = NULL WHERE id = 'binary'");
    expect(await post(event)).toEqual(first);
  });

  it('an event of before the migration is replayed, and other content under its id is refused', async () => {
    const module = { apiKeys: [{ id: 'site', key: 'key-of-the-options', kind: 'api' }] };
    const event = { id: 'old', properties: { b: [1e20, 'é😀\0'], a: { text: `'"\\` } }, userProperties: {} };
    const database = await engine.start();
    try {
      const before = await startTypeOrmHost('express', database.url, { module });
      const first = await before.post(event);
      await before.post({ id: 'none' });
      await undoMigrations(before.dataSource, 'AddEventLogContentDigest1767398400000');
      await closeApps();

      const after = await startTypeOrmHost('fastify', database.url, { module });
      expect(await after.dataSource.query('SELECT id FROM event_log_events WHERE content_digest IS NULL')).toHaveLength(2);
      expect(await after.post(event)).toEqual(first);
      const others = [
        { ...event, type: 'T' },
        { ...event, type: 't ' },
        { ...event, userProperties: null },
        { ...event, messageId: 'n' },
      ];
      const answers = await Promise.all(others.map((other) => after.post(other)));
      expect(answers.map(({ status }) => status)).toEqual([409, 409, 409, 409]);
      const { errors } = answers[2].body as unknown as ProblemDetails;
      expect(errors?.map(({ pointer }) => pointer)).toEqual(['#/userProperties']);
      expect((await after.post({ id: 'none', properties: {} })).status).toBe(409);
      expect((await after.post({ id: 'none' })).status).toBe(200);
      await closeApps();
    } finally {
      await database.stop();
    }
  });
});

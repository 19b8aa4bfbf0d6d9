import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type EventRecord, erasedIdDigest, type InsertOutcome } from 'nestjs-event-log';
import { TypeOrmEventEraser } from 'nestjs-event-log/typeorm';
import { dataSourcesOf, open } from '../storage/data-sources.js';
import { describeEngines, SERVERS } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';

Logger.overrideLogger(false);

/** Ids in the order in which writers go through a batch. */
const [FIRST, SECOND] = ['a', 'b'].map((letter) => (run: string) => `${letter}-${run}`);

describeEngines(
  'an insert that began before an erasure',
  (engine) => {
    const { shared, another } = dataSourcesOf(engine);

    /**
     * Sends an event again in a batch that has to wait, for another transaction with the id before it. Meanwhile `erase` is begun;
     * then the insert goes on. Resolves to what became of it, and whether the event is stored in the end.
     */
    async function play(erase: (event: EventRecord) => Promise<unknown>): Promise<{ outcome: InsertOutcome; isStored: boolean }> {
      const run = randomUUID();
      const repository = await open(await another({ migrationsRun: false }));
      const [first, event] = [FIRST, SECOND].map((id) => newRecord({ id: id(run) }));
      await repository.insert([event]);
      const blocking = shared().createQueryRunner();
      await blocking.startTransaction();
      const columns = 'project_key, id, entity_type, type, created_at, project_id, received_at';
      const time = engine.name === 'PostgreSQL' ? 'now()' : 'UTC_TIMESTAMP(3)';
      await blocking.query(
        `INSERT INTO event_log_events (${columns}) VALUES ('=p', '${first.id}', 'search', 't', ${time}, 'p', ${time})`,
      );
      const inserting = repository.insert([first, event]);
      await delay(300);
      const erasing = erase(event);
      await delay(300);
      await blocking.rollbackTransaction();
      await blocking.release();
      const [, outcome] = await inserting;
      await erasing;
      return { outcome, isStored: (await repository.find(event.id, 'p')) !== undefined };
    }

    it('does not store its event again', async () => {
      const eraser = new TypeOrmEventEraser(shared());
      const { outcome, isStored } = await play((event) => eraser.erase([event], randomUUID()));
      expect(outcome).not.toEqual({ replayed: false });
      expect(isStored).toBe(false);
    });

    if (engine.name !== 'PostgreSQL') return;

    it('would store it again where the eraser did not wait for it', async () => {
      const eraser = new TypeOrmEventEraser(shared());
      const { outcome, isStored } = await play(async ({ id }) => {
        await shared().query(
          'INSERT INTO event_log_erasures (id_digest, project_key, kind, erased_at, request_id, feed_transaction, feed_number) ' +
            `VALUES ($1, '=p', 'deleted', now(), 'r', txid_current(), 1)`,
          [erasedIdDigest(id)],
        );
        await eraser.purge([{ id, projectId: 'p' }]);
      });
      expect({ outcome, isStored }).toEqual({ outcome: { replayed: false }, isStored: true });
    });
  },
  SERVERS,
);

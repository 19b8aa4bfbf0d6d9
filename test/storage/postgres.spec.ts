import { Logger, ServiceUnavailableException } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventRecord } from 'nestjs-event-log';
import { EventEntity } from 'nestjs-event-log/typeorm';
import { undoMigrations } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { dataSourcesOf, open, rejection, TABLE } from './data-sources.js';

Logger.overrideLogger(false);

describeEngines(
  'TypeOrmEventRepository',
  (engine) => {
    const { shared, another } = dataSourcesOf(engine);

    it('every acknowledged event is kept, and the process alive, while connections are killed', async () => {
      const own = await another();
      const repository = await open(own);
      const acknowledged: EventRecord[] = [];
      const end = Date.now() + 1_500;
      const kill = async () => {
        const others = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
        for (; Date.now() < end; await delay(5))
          await shared()
            .query(others)
            .catch(() => undefined);
      };
      const write = async () => {
        while (Date.now() < end) {
          const event = newRecord();
          await repository.insert([event]).then(
            () => acknowledged.push(event),
            (error) => expect(error).toBeInstanceOf(ServiceUnavailableException),
          );
        }
      };
      await Promise.all([kill(), ...Array.from({ length: 8 }, write)]);
      expect(acknowledged.length).toBeGreaterThan(0);
      // The last of the killed connections may be noticed only now.
      const outcomes = await repository.insert(acknowledged).catch(() => repository.insert(acknowledged));
      expect(outcomes.filter((outcome) => !('replayed' in outcome && outcome.replayed))).toEqual([]);
    });

    it('the table of events is in the schema of the data source', async () => {
      await shared().query('CREATE SCHEMA "My schema"');
      const other = await another({ schema: 'My schema', entityPrefix: 'x_' });
      const event = newRecord();
      await (await open(other)).insert([event]);
      expect(await shared().query(`SELECT id FROM "My schema".x_${TABLE}`)).toEqual([{ id: event.id }]);
      expect(await other.getRepository(EventEntity).count()).toBe(1);
      await undoMigrations(other);
      expect(
        await shared().query(
          `SELECT 1 FROM pg_tables WHERE schemaname = 'My schema' AND tablename LIKE 'x!_event!_log!_%' ESCAPE '!'`,
        ),
      ).toEqual([]);
    });

    it('an event that the database left out is not reported as stored', async () => {
      const other = await another({ entityPrefix: 'triggered_', migrationsTableName: 'triggered_migrations' });
      const repository = await open(other);
      await other.query(`CREATE FUNCTION leave_out() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`);
      await other.query(`CREATE TRIGGER t BEFORE INSERT ON triggered_${TABLE} FOR EACH ROW EXECUTE FUNCTION leave_out()`);
      expect(await rejection(repository.insert([newRecord()]))).toBeInstanceOf(Error);
    });
  },
  ['PostgreSQL'],
);

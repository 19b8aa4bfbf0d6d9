import { Logger } from '@nestjs/common';
import { eventLogMigrations, TypeOrmEventFeed } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { run } from '../../lib/cli/run.js';
import { runMigrations } from '../../lib/typeorm/migrations/run-migrations.js';
import { open, rejection } from '../storage/data-sources.js';
import { dataSourceOptions, startSqlite, type TestDatabase } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';
import { BY_DAYS, partitionsOf } from './database.js';

Logger.overrideLogger(false);

const today = () => new Date().toISOString().slice(0, 10).replaceAll('-', '_');

describeEngines(
  'A table of events that is changed to one by days',
  (engine) => {
    let database: TestDatabase;
    const sources: DataSource[] = [];
    const connect = async (more: object = {}) => {
      const source = await new DataSource(dataSourceOptions(database.url, more)).initialize();
      sources.push(source);
      return source;
    };

    beforeEach(async () => {
      database = await engine.start();
    });

    afterEach(async () => {
      for (const source of sources.splice(0)) await source.destroy();
      await database.stop();
    });

    it.each(['as a host starts', 'by the command line'])(
      'keeps what it has in one partition with the indexes that are there, while a host goes on writing, %s',
      async (way) => {
        const source = await connect();
        const running = await open(source);
        const events = Array.from({ length: 20 }, () => newRecord());
        await running.insert(events);
        await source.query('GRANT SELECT ON event_log_events TO pg_monitor'); // a role that each server has
        const indexes = async () => (await source.query(`SELECT 1 FROM pg_indexes WHERE tablename ~ 'event_log_events'`)).length;
        const before = await indexes();
        const changing = await connect({ ...BY_DAYS, migrationsRun: way === 'as a host starts' });
        let isChanged = false;
        const writing = (async () => {
          const written = [];
          while (!isChanged) {
            const event = newRecord();
            written.push(event);
            expect(await running.insert([event], 20_000)).toEqual([{ replayed: false }]);
          }
          return written;
        })();
        if (way === 'by the command line') {
          const runner = changing.createQueryRunner();
          await runMigrations(runner, new Set(BY_DAYS.migrations.map(({ name }) => name)));
          await runner.release();
        }
        isChanged = true;
        const written = await writing;
        expect(await partitionsOf(source)).toEqual(expect.arrayContaining(['_before_days', '_other_days']));
        // Of the table and of each partition: none was made twice.
        expect(await indexes()).toBe((1 + (await partitionsOf(source)).length) * before);
        const [{ granted }] = await source.query(
          `SELECT has_table_privilege('pg_monitor', 'event_log_events', 'SELECT') AS granted`,
        );
        expect(granted).toBe(true);
        expect(await running.insert([events[3], newRecord()])).toEqual([
          { replayed: true, createdAt: events[3].createdAt },
          { replayed: false },
        ]);
        const feed = new TypeOrmEventFeed(source);
        await until('the feed has all', async () => {
          const page = await feed.read(await feed.start('beginning'), 1_000);
          return page.records.length === 21 + written.length;
        });
      },
    );

    it('keeps nothing of before where it was empty, and has a partition for today and three days to come', async () => {
      const source = await connect(BY_DAYS);
      expect(await partitionsOf(source)).toEqual(['_other_days']);
      const early = newRecord();
      await source.query(
        `INSERT INTO event_log_events (project_key, id, entity_type, type, created_at, project_id, received_at)
         VALUES ('=p', $1, 'message', 't', now(), 'p', now())`,
        [early.id],
      );
      const repository = await open(source);
      const partitions = await partitionsOf(source);
      expect(partitions).toHaveLength(5);
      expect(partitions).toContain(`_${today()}`);
      // What had come before there was one for today is in its place, and known.
      const [{ place }] = await source.query('SELECT tableoid::regclass::text AS place FROM event_log_events');
      expect(place).toBe(`event_log_events_${today()}`);
      expect(await repository.insert([early])).toEqual([{ conflict: true }]);
    });

    it('is made in a schema, with a prefix, by several hosts at once, and once', async () => {
      const admin = await connect({ migrations: [], migrationsRun: false });
      await admin.query('CREATE SCHEMA "of the host"');
      const more = { ...BY_DAYS, schema: 'of the host', entityPrefix: 'h_' };
      const source = await connect({ ...more, migrations: eventLogMigrations });
      const event = newRecord();
      await (await open(source)).insert([event]);
      const both = await Promise.all([connect(more), connect({ ...more, migrationsRun: false })]);
      const [one, other] = await Promise.all(both.map(open));
      expect(await one.insert([event])).toEqual([{ replayed: true, createdAt: event.createdAt }]);
      expect(await other.insert([newRecord()])).toEqual([{ replayed: false }]);
      await source.query('SET search_path = "of the host"');
      expect(await partitionsOf(both[0], '"of the host".h_event_log_events')).toHaveLength(5);
    });

    it('is refused where the host keeps it in partitions of its own, which stays as it was', async () => {
      const source = await connect();
      await source.query('ALTER TABLE event_log_events RENAME TO plain');
      await source.query('CREATE TABLE event_log_events (LIKE plain INCLUDING ALL) PARTITION BY HASH (project_key, id)');
      await source.query('CREATE TABLE of_the_host PARTITION OF event_log_events FOR VALUES WITH (MODULUS 1, REMAINDER 0)');
      const told = await run(['migrate', 'up', '--with', 'days'], { DATABASE_URL: database.url });
      expect(told).toMatchObject({
        exitCode: 1,
        problem:
          'Expected "event_log_events" to have no partitions of the host\'s own when it is to be kept by days, got PARTITION BY HASH (project_key, id): go on without days, or first move its rows into a table without partitions that takes its name.\n',
      });
      expect(await partitionsOf(source, '"of_the_host"')).toEqual([]);
      const event = newRecord();
      const repository = await open(source);
      expect(await repository.insert([event])).toEqual([{ replayed: false }]);
      expect(await repository.insert([event])).toEqual([{ replayed: true, createdAt: event.createdAt }]);
    });

    it('is refused where it inherits from a table of the host', async () => {
      const source = await connect();
      await source.query('CREATE TABLE of_the_host ()');
      await source.query('ALTER TABLE event_log_events INHERIT of_the_host');
      const told = await run(['migrate', 'up', '--with', 'days'], { DATABASE_URL: database.url });
      expect(told).toMatchObject({ exitCode: 1, problem: expect.stringContaining('got inheritance with of_the_host: drop it') });
    });

    it('is found done where it is kept by days and its note is gone, and stays as it is', async () => {
      const source = await connect(BY_DAYS);
      await open(source);
      const before = await partitionsOf(source);
      await source.query(`DELETE FROM migrations WHERE name ~ 'ByDay'`);
      const told = await run(['migrate', 'up', '--with', 'days'], { DATABASE_URL: database.url });
      expect(told).toMatchObject({ exitCode: 0, output: expect.stringMatching(/PartitionEventLogByDay\d+ +days +done/) });
      expect(await partitionsOf(source)).toEqual(before);
    });

    it('is refused where the host has made something for it that would stay with the old rows', async () => {
      const source = await connect();
      await source.query('CREATE VIEW of_the_host AS SELECT id FROM event_log_events');
      const changing = new DataSource(dataSourceOptions(database.url, BY_DAYS));
      expect((await rejection(changing.initialize())).message).toBe(
        'Expected "event_log_events" to have nothing of the host\'s own when it is to be kept by days, got the view of_the_host: drop it, and make it again for the new table.',
      );
      if (changing.isInitialized) await changing.destroy();
      const told = await run(['migrate', 'up', '--with', 'days'], { DATABASE_URL: database.url });
      expect(told).toMatchObject({ exitCode: 1, problem: expect.stringContaining('got the view of_the_host: drop it') });
      expect(await (await open(source)).insert([newRecord()])).toEqual([{ replayed: false }]);
    });
  },
  ['PostgreSQL'],
);

it('a table of events of SQLite stays as it is', async () => {
  const database = await startSqlite();
  const source = await new DataSource(dataSourceOptions(database.url, BY_DAYS)).initialize();
  expect(await (await open(source)).insert([newRecord()])).toEqual([{ replayed: false }]);
  await source.destroy();
  await database.stop();
});

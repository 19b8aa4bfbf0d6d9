import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { dataSourcesOf, open } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { BY_DAYS, partitionsOf } from './database.js';

const lines: string[] = [];
const warn = jest.fn((line: unknown) => void lines.push(String(line)));

describeEngines(
  'Events that are kept by days, of days that have no place of their own',
  (engine) => {
    const { shared, another } = dataSourcesOf(engine, BY_DAYS);

    /** Rows as a host has stored them on days for which it could make no partition. */
    const storeBeside = (count: number) =>
      shared().query(
        `INSERT INTO event_log_events (project_key, id, entity_type, type, created_at, project_id, received_at, received_day)
         SELECT '=p', 'evt_' || n, 'message', 't', now(), 'p', now(), DATE '2026-01-01' FROM generate_series(1, $1) AS n`,
        [count],
      );

    beforeAll(() => Logger.overrideLogger({ log: () => undefined, error: () => undefined, warn }));
    afterAll(() => Logger.overrideLogger(false));

    beforeEach(async () => {
      await shared().query('TRUNCATE event_log_events');
      lines.length = 0;
    });

    it.each([
      [12, '12'],
      [100_001, 'more than 100,000'],
    ])('are counted in a warning as a host starts, up to a bound: %d', async (stored, told) => {
      await storeBeside(stored);
      await open(await another());
      expect(lines).toEqual([
        `Events of days that had no place of their own when they came are found, and removed one by one: ${told} stand in "event_log_events_other_days"`,
      ]);
    });

    it('are stored all the same by a host that may make no partition, which says what to do', async () => {
      for (const partition of await partitionsOf(shared())) {
        if (partition !== '_other_days') await shared().query(`DROP TABLE event_log_events${partition}`);
      }
      const role = `of_the_host_${randomBytes(6).toString('hex')}`;
      await shared().query(`CREATE ROLE ${role} LOGIN PASSWORD 'password'`);
      try {
        await shared().query(`GRANT ALL ON event_log_events, event_log_erasures TO ${role}`);
        await shared().query(`GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
        const url = new URL(engine.url);
        [url.username, url.password] = [role, 'password'];
        const repository = await open(await another({ migrationsRun: false }, url.href));
        expect(lines).toEqual([
          expect.stringMatching(/^The next days can't be given a place of their own.*\(42501\).*as the owner of the table\.$/),
        ]);
        expect(await repository.insert([newRecord()])).toEqual([{ replayed: false }]);
      } finally {
        await shared().query(`DROP OWNED BY ${role}`);
        await shared().query(`DROP ROLE ${role}`);
      }
    });

    it('are told of in no line where there are none', async () => {
      await open(await another());
      expect(lines).toEqual([]);
    });
  },
  ['PostgreSQL'],
);

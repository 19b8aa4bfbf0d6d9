import { Logger, ServiceUnavailableException } from '@nestjs/common';
import { TypeOrmEventEraser } from 'nestjs-event-log/typeorm';
import { toStatement, sql } from '../../lib/sql/sql.js';
import { oneOfKeys } from '../../lib/typeorm/erasing/one-of-keys.js';
import { dataSourcesOf, open, rejection } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';
import { ANALYZE, EXPLAIN } from '../utils/plans.js';
import { newRecord } from '../utils/events.js';

Logger.overrideLogger(false);

/** How each engine says that it looks rows up by the primary key, and how that it reads the whole table. */
const BY_KEY = /sqlite_autoindex|event_log_events_pkey|"key":"PRIMARY"/;
const SCAN = /SCAN|Seq Scan|"type":"(?:ALL|index)"/;

describeEngines('TypeOrmEventEraser', (engine) => {
  const { shared } = dataSourcesOf(engine);

  it('finds what it removes by the primary key, of one project and of many', async () => {
    const repository = await open(shared());
    const records = Array.from({ length: 10_000 }, (_record, index) =>
      newRecord({ projectId: index % 2 ? `p${index % 20}` : null }),
    );
    for (let start = 0; start < records.length; start += 1_000) await repository.insert(records.slice(start, start + 1_000));
    await shared().query(ANALYZE[engine.name]);
    const keys = records.slice(3_000, 3_100);
    for (const some of [keys.slice(0, 1), keys.filter(({ projectId }) => projectId === null), keys]) {
      const [isOne] = oneOfKeys(some);
      const statement = toStatement(sql`DELETE FROM event_log_events WHERE ${isOne}`, (number) =>
        engine.name === 'PostgreSQL' ? `$${number}` : '?',
      );
      const plan = JSON.stringify(await shared().query(`${EXPLAIN[engine.name]} ${statement.sql}`, [...statement.values]));
      expect({ byKey: BY_KEY.test(plan), scans: SCAN.test(plan) }).toEqual({ byKey: true, scans: false });
    }
  });
});

describeEngines(
  'TypeOrmEventEraser',
  (engine) => {
    const { shared } = dataSourcesOf(engine);

    it('refuses to remove in an open transaction of the host, whose rollback would bring the events back', async () => {
      const repository = await open(shared());
      const eraser = new TypeOrmEventEraser(shared());
      const record = newRecord();
      await repository.insert([record]);
      const runner = shared().createQueryRunner();
      await runner.startTransaction();
      expect(await rejection(eraser.purge([record]))).toBeInstanceOf(ServiceUnavailableException);
      await runner.rollbackTransaction();
      expect(await eraser.purge([record])).toBe(1);
    });
  },
  ['SQLite'],
);

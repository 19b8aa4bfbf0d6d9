import { Logger, ServiceUnavailableException } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { dataSourcesOf, open, rejection } from './data-sources.js';

Logger.overrideLogger(false);

describeEngines(
  'TypeOrmEventRepository',
  (engine) => {
    const { shared, another } = dataSourcesOf(engine);
    const durability = async (dataSource: DataSource) => [
      ...(await dataSource.query('PRAGMA journal_mode')),
      ...(await dataSource.query('PRAGMA synchronous')),
    ];
    const DURABLE = [{ journal_mode: 'wal' }, { synchronous: 2 }];

    it('SQLite commits with WAL and synchronous=FULL, whatever the host had set before', async () => {
      const other = await another({ enableWAL: true });
      await other.query('PRAGMA synchronous = NORMAL');
      await open(other);
      expect(await durability(other)).toEqual(DURABLE);
    });

    it('SQLite commits with WAL and synchronous=FULL on a file that was in WAL mode before, also when it is opened once more', async () => {
      const other = await another();
      const repository = await open(other);
      expect(await durability(other)).toEqual(DURABLE);
      await other.destroy();
      await other.initialize();
      await repository.insert([newRecord()]);
      expect(await durability(other)).toEqual(DURABLE);
    });

    it('SQLite commits with WAL and synchronous=FULL on a new file, also after the first event', async () => {
      const fresh = await engine.start();
      const other = await another({}, fresh.url);
      const repository = await open(other);
      await repository.insert([newRecord()]);
      expect(await durability(other)).toEqual(DURABLE);
      await other.destroy();
      await fresh.stop();
    });

    it('events are refused with 503 in an open transaction of the host, and stored after it', async () => {
      const repository = await open(shared());
      const event = newRecord();
      const runner = shared().createQueryRunner();
      await runner.startTransaction();
      expect(await rejection(repository.insert([event]))).toBeInstanceOf(ServiceUnavailableException);
      await runner.rollbackTransaction();
      expect(await repository.insert([event])).toEqual([{ replayed: false }]);
      expect(await repository.insert([event])).toEqual([{ replayed: true, createdAt: event.createdAt }]);
    });

    it('events are refused with 503 while another connection writes, and stored after it', async () => {
      const repository = await open(shared());
      const other = await another();
      const event = newRecord();
      await other.query('BEGIN IMMEDIATE');
      expect(await rejection(repository.insert([event]))).toBeInstanceOf(ServiceUnavailableException);
      await other.query('ROLLBACK');
      expect(await repository.insert([event])).toEqual([{ replayed: false }]);
    });

    it("the host's busy_timeout stays as it was", async () => {
      const other = await another({ timeout: 4321 });
      await (await open(other)).insert([newRecord()]);
      expect(await other.query('PRAGMA busy_timeout')).toEqual([{ timeout: 4321 }]);
    });
  },
  ['SQLite'],
);

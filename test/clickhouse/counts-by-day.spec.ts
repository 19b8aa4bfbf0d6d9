import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { countsByDay } from '../../lib/clickhouse/copying/counts-by-day.js';
import { QueryRefusal } from '../../lib/storage/reading/query-refusal.js';
import { TypeOrmEventReader } from '../../lib/typeorm/reading/typeorm-event.reader.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';

describeEngines('The counts by day of a log', (engine) => {
  let source: DataSource;
  let reader: TypeOrmEventReader;

  beforeAll(async () => {
    source = await new DataSource(dataSourceOptions(engine.url)).initialize();
    reader = new TypeOrmEventReader(source);
  });

  afterAll(async () => {
    await reader.onApplicationShutdown();
    await source.destroy();
  });

  it('are none of an empty one, and of each day that has events, however far they are from each other', async () => {
    expect(await countsByDay(reader, 60_000)).toEqual(new Map());
    const times = [
      '0001-01-01T00:00:00.000Z',
      '1969-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00.000Z',
      '2026-01-02T12:00:00.000Z',
      '2026-01-02T23:59:59.999Z',
      '2050-08-23T23:59:59.999Z',
      '2050-08-24T00:00:00.000Z',
      '9999-12-31T23:59:59.999Z',
    ];
    await new TypeOrmEventRepository(source).insert(times.map((createdAt) => newRecord({ createdAt })));
    const days = times.map((time) => time.slice(0, 10));
    const counts = days.map((day) => [day, days.filter((one) => one === day).length] as const);
    expect(await countsByDay(reader, 60_000)).toEqual(new Map(counts));
  });

  it('are refused when they take too long', async () => {
    await expect(countsByDay(reader, 0)).rejects.toThrow(QueryRefusal);
  });
});

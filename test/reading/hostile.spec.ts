import { ServiceUnavailableException } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { TypeOrmEventReader } from '../../lib/typeorm/reading/typeorm-event.reader.js';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { hostileEvents, itWithstands } from './hostile-questions.js';

/** 10⁴ requests on each engine. */
const RUNS = 2_500;

describeEngines('Hostile questions', (engine) => {
  let source: DataSource;
  let reader: TypeOrmEventReader;

  beforeAll(async () => {
    source = await new DataSource(dataSourceOptions(engine.url)).initialize();
    reader = new TypeOrmEventReader(source);
    await new TypeOrmEventRepository(source).insert(hostileEvents());
  });

  afterAll(async () => {
    await reader.onApplicationShutdown();
    await source.destroy();
  });

  const content = () => source.query('SELECT * FROM event_log_events ORDER BY project_key, id');

  itWithstands(() => ({ reader, content }), RUNS);

  it('of a store that is gone are told so without SQL or data', async () => {
    const gone = await new DataSource(dataSourceOptions(engine.url, { migrationsRun: false })).initialize();
    const late = new TypeOrmEventReader(gone);
    await gone.destroy();
    const error = await late.find("'secret'", {}, { timeoutMs: 2_000 }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ServiceUnavailableException);
    expect(String((error as Error).cause)).not.toMatch(/secret|SELECT/);
  });
});

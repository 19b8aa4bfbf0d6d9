import { DataSource } from 'typeorm';
import { describeEventReader } from 'nestjs-event-log/testing';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { TypeOrmEventReader } from '../../lib/typeorm/reading/typeorm-event.reader.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';

/** Each test has the same data source. */
function describeReader(name: string, url: () => string): void {
  let source: DataSource;
  let reader: TypeOrmEventReader;

  beforeAll(async () => {
    source = await new DataSource(dataSourceOptions(url())).initialize();
    reader = new TypeOrmEventReader(source);
    await reader.onModuleInit();
  });

  afterAll(async () => {
    await reader.beforeApplicationShutdown();
    await reader.onApplicationShutdown();
    await source.destroy();
  });

  describeEventReader(name, () => ({ repository: new TypeOrmEventRepository(source), reader }));
}

describeEngines('Reading', (engine) => describeReader('TypeOrmEventReader', () => engine.url));

describe('Reading in memory', () => describeReader('TypeOrmEventReader', () => 'sqlite::memory:'));

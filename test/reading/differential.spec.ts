import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { InMemoryEventReader, InMemoryEventRepository } from 'nestjs-event-log';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { TypeOrmEventReader } from '../../lib/typeorm/reading/typeorm-event.reader.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines, type Engine } from '../utils/describe-engines.js';
import { itAnswersAsInMemory, sampleEvents } from './same-answers.js';

describe.each([
  { rows: 'rows', areFilled: true },
  { rows: 'rows without user key', areFilled: false },
])('Of $rows', ({ areFilled }) => describeEngines('Reading', (engine) => compare(engine, areFilled)));

function compare(engine: Engine, areFilled: boolean): void {
  let source: DataSource;
  let reader: TypeOrmEventReader;
  let memory: InMemoryEventReader;

  beforeAll(async () => {
    source = await new DataSource(dataSourceOptions(engine.url)).initialize();
    reader = new TypeOrmEventReader(source);
    const repository = new InMemoryEventRepository();
    memory = new InMemoryEventReader(repository);
    await repository.insert(sampleEvents());
    await new TypeOrmEventRepository(source).insert(sampleEvents());
    if (areFilled) await reader.onModuleInit();
    else await source.query('UPDATE event_log_events SET user_key = NULL');
    while (reader['filler'].isFilled() !== areFilled) await delay(10);
  });

  afterAll(async () => {
    await reader.beforeApplicationShutdown();
    await reader.onApplicationShutdown();
    await source.destroy();
  });

  itAnswersAsInMemory(() => ({ reader, memory }), 600);
}

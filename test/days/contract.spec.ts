import { Logger } from '@nestjs/common';
import { describeEventEraser, describeEventFeed, describeEventReader, describeEventRepository } from 'nestjs-event-log/testing';
import { TypeOrmEventEraser, TypeOrmEventFeed, TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import { TypeOrmEventReader } from '../../lib/typeorm/reading/typeorm-event.reader.js';
import { dataSourcesOf, open } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';
import { lockTable } from '../utils/lock-table.js';
import { BY_DAYS } from './database.js';

Logger.overrideLogger(false);

describeEngines(
  'Events that are kept by days',
  (engine) => {
    const { shared, another } = dataSourcesOf(engine, BY_DAYS);
    const anotherSource = () => another({ migrationsRun: false });
    const storeOf = async (dataSource: DataSource) => {
      const [feed, eraser] = [new TypeOrmEventFeed(dataSource), new TypeOrmEventEraser(dataSource)];
      await feed.onModuleInit();
      await eraser.onModuleInit();
      return { repository: await open(dataSource), feed, eraser };
    };

    describeEventRepository('the contract of repositories', {
      create: () => open(shared()),
      createAnother: async () => open(await anotherSource()),
      stall: () => lockTable(engine.url),
    });

    describeEventFeed('the contract of feeds', {
      create: () => storeOf(shared()),
      createAnother: async () => storeOf(await anotherSource()),
    });

    describeEventEraser('the contract of erasers', {
      create: () => storeOf(shared()),
      createAnother: async () => storeOf(await anotherSource()),
    });

    describe('Reading', () => {
      let reader: TypeOrmEventReader;

      beforeAll(async () => {
        reader = new TypeOrmEventReader(shared());
        await reader.onModuleInit();
      });

      afterAll(async () => {
        await reader.beforeApplicationShutdown();
        await reader.onApplicationShutdown();
      });

      describeEventReader('the contract of readers', () => ({ repository: new TypeOrmEventRepository(shared()), reader }));
    });
  },
  ['PostgreSQL'],
);

import { Logger } from '@nestjs/common';
import { InMemoryEventEraser, InMemoryEventFeed, InMemoryEventRepository } from 'nestjs-event-log';
import { describeEventEraser } from 'nestjs-event-log/testing';
import { TypeOrmEventEraser, TypeOrmEventFeed } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import { dataSourcesOf, open } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';

Logger.overrideLogger(false);

describeEventEraser('InMemoryEventEraser', {
  create: () => {
    const repository = new InMemoryEventRepository();
    return { repository, feed: new InMemoryEventFeed(repository), eraser: new InMemoryEventEraser(repository) };
  },
  createAnother: (first) => first,
});

describeEngines('TypeOrmEventEraser', (engine) => {
  const { shared, another } = dataSourcesOf(engine);
  const storeOf = async (dataSource: DataSource) => {
    const [feed, eraser] = [new TypeOrmEventFeed(dataSource), new TypeOrmEventEraser(dataSource)];
    await feed.onModuleInit();
    await eraser.onModuleInit();
    return { repository: await open(dataSource), feed, eraser };
  };

  describeEventEraser('the contract of erasers', {
    create: () => storeOf(shared()),
    createAnother: async () => storeOf(await another({ migrationsRun: false })),
  });
});

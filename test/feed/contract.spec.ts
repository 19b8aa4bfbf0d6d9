import { Logger } from '@nestjs/common';
import { InMemoryEventFeed, InMemoryEventRepository } from 'nestjs-event-log';
import { describeEventFeed } from 'nestjs-event-log/testing';
import { TypeOrmEventFeed } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import { dataSourcesOf, open } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';

Logger.overrideLogger(false);

describeEventFeed('InMemoryEventFeed', {
  create: () => {
    const repository = new InMemoryEventRepository();
    return { repository, feed: new InMemoryEventFeed(repository) };
  },
});

describeEngines('TypeOrmEventFeed', (engine) => {
  const { shared, another } = dataSourcesOf(engine);
  const storeOf = async (dataSource: DataSource) => {
    const feed = new TypeOrmEventFeed(dataSource);
    await feed.onModuleInit();
    return { repository: await open(dataSource), feed };
  };

  describeEventFeed('the contract of feeds', {
    create: () => storeOf(shared()),
    createAnother: async () => storeOf(await another({ migrationsRun: false })),
  });
});

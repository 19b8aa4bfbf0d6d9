import { InMemoryConsumerStore } from 'nestjs-event-log';
import { describeConsumerStore } from 'nestjs-event-log/testing';
import { eventLogConsumerMigrations, TypeOrmConsumerStore } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import { dataSourcesOf } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';

describeConsumerStore('InMemoryConsumerStore', { create: () => new InMemoryConsumerStore(), createAnother: (first) => first });

describeEngines('TypeOrmConsumerStore', (engine) => {
  const { shared, another } = dataSourcesOf(engine, { migrations: eventLogConsumerMigrations });
  const storeOf = async (dataSource: DataSource) => {
    const store = new TypeOrmConsumerStore(dataSource);
    await store.onModuleInit();
    return store;
  };

  describeConsumerStore('the contract of stores of consumers', {
    create: () => storeOf(shared()),
    createAnother: async () => storeOf(await another({ migrationsRun: false })),
  });
});

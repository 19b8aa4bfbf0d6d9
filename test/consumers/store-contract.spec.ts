import { InMemoryConsumerStore } from 'nestjs-event-log';
import { describeConsumerStore } from 'nestjs-event-log/testing';
import { eventLogConsumerMigrations, TypeOrmConsumerStore } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import { dataSourcesOf } from '../storage/data-sources.js';
import { describeEngines, type EngineName } from '../utils/describe-engines.js';

describeConsumerStore('InMemoryConsumerStore', { create: () => new InMemoryConsumerStore(), createAnother: (first) => first });

/** What a host may set that changes how statements meet, or what is told of them. */
const HABITS: Record<string, Partial<Record<EngineName, object>>> = {
  'as it is': { SQLite: {}, PostgreSQL: {}, 'MySQL or MariaDB': {} },
  'with settings of a host': {
    PostgreSQL: { extra: { options: '-c default_transaction_isolation=serializable' } },
    'MySQL or MariaDB': { flags: ['-FOUND_ROWS'] },
  },
};

describe.each(Object.entries(HABITS))('%s', (_habits, options) => {
  describeEngines(
    'TypeOrmConsumerStore',
    (engine) => {
      const { shared, another } = dataSourcesOf(engine, { migrations: eventLogConsumerMigrations, ...options[engine.name] });
      const storeOf = async (dataSource: DataSource) => {
        const store = new TypeOrmConsumerStore(dataSource);
        await store.onModuleInit();
        return store;
      };

      describeConsumerStore('the contract of stores of consumers', {
        create: () => storeOf(shared()),
        createAnother: async () => storeOf(await another({ migrationsRun: false })),
      });
    },
    Object.keys(options) as EngineName[],
  );
});

import { Logger } from '@nestjs/common';
import { InMemoryEventRepository } from 'nestjs-event-log';
import { describeEventRepository } from 'nestjs-event-log/testing';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines, type Engine } from '../utils/describe-engines.js';
import { lockTable } from '../utils/lock-table.js';
import { dataSourcesOf, open } from './data-sources.js';

Logger.overrideLogger(false);

describeEventRepository('InMemoryEventRepository', () => new InMemoryEventRepository());

describeEngines('TypeOrmEventRepository', (engine) => {
  const { shared, another } = dataSourcesOf(engine);

  describeEventRepository('the contract of repositories', {
    create: () => open(shared()),
    createAnother: async () => open(await another({ migrationsRun: false })),
    stall: () => stall(engine),
  });
});

/** Keeps every event out until the returned function is called. */
async function stall({ name, url }: Engine): Promise<() => Promise<void>> {
  if (name !== 'SQLite') return lockTable(url);
  const source = await new DataSource(dataSourceOptions(url, { migrationsRun: false })).initialize();
  await source.query('BEGIN IMMEDIATE');
  return async () => {
    await source.query('ROLLBACK');
    await source.destroy();
  };
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { EventLogService } from 'nestjs-event-log';
import { eventLogConsumerMigrations, eventLogMigrations, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { closeApps } from '../utils/create-app.js';
import { dataSourceOptions, startSqlite, type TestDatabase } from '../utils/databases.js';
import { until } from '../utils/until.js';
import { consumerClass, startConsumers } from './host.js';

const EVENTS = 4_000;
let database: TestDatabase;

beforeAll(async () => {
  database = await startSqlite();
});
afterEach(closeApps);
afterAll(() => database.stop());

it('a consumer that catches up on SQLite leaves turns of the event loop to others', async () => {
  const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations];
  const source = { ...dataSourceOptions(database.url, { migrations }), retryAttempts: 0 } as TypeOrmModuleOptions;
  const storage = typeOrmStorage();
  let handled = 0;
  const consumer = consumerClass('a', (events) => (handled += events.length), { from: 'beginning', batchSize: 50 });
  const filling = await startConsumers([], { storage, imports: [TypeOrmModule.forRoot(source)] });
  const events = filling.app.get(EventLogService, { strict: false });
  const input = { entityType: 'message', type: 't', messageId: 'm' } as const;
  for (let sent = 0; sent < EVENTS; sent += 500) await events.logMany(Array.from({ length: 500 }, () => input));
  await filling.app.close();

  await startConsumers([consumer], { storage, imports: [TypeOrmModule.forRoot(source)] });
  await until('it has begun', () => handled > 0);
  let turns = 0;
  for (; handled < EVENTS; turns++) await nextTurn();
  expect(turns).toBeGreaterThan(10);
});

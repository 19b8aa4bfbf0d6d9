import { Global, Module } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { EventLogModule } from 'nestjs-event-log';
import { eventLogMigrations, typeOrmApiKeys, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { closeApps, createApp } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';

const storage = { apiKeys: [{ id: 'site', key: 'key-of-the-site', scopes: ['events:write' as const] }] };

afterEach(closeApps);

describe('a boot that fails', () => {
  it.each([
    ['typeOrmStorage()', () => EventLogModule.forRoot({ ...storage, storage: typeOrmStorage() })],
    ['typeOrmApiKeys()', () => EventLogModule.forRoot({ keyStore: typeOrmApiKeys() })],
  ])('for two copies of typeorm names them, with %s', async (user, eventLog) => {
    // What another copy of @nestjs/typeorm provides, seen from here: a class of the same name that is another token.
    const OtherDataSource = { DataSource: class DataSource {} }.DataSource;
    @Global()
    @Module({ providers: [{ provide: OtherDataSource, useValue: new OtherDataSource() }], exports: [OtherDataSource] })
    class OtherTypeOrmModule {}
    await expect(createApp('express', { imports: [OtherTypeOrmModule, eventLog()] })).rejects.toThrow(
      new RegExp(
        `^${user.replace('()', '\\(\\)')} found a data source.*another copy of typeorm.*npm ls typeorm @nestjs/typeorm.*npm dedupe`,
      ),
    );
  });

  it.each([
    ['typeOrmStorage()', () => EventLogModule.forRoot({ ...storage, storage: typeOrmStorage({ dataSource: 'other' }) })],
    ['typeOrmApiKeys()', () => EventLogModule.forRoot({ keyStore: typeOrmApiKeys({ dataSource: 'other' }) })],
  ])('for a data source that is not there names it, with %s', async (user, eventLog) => {
    const typeOrm = TypeOrmModule.forRoot({ ...dataSourceOptions('sqlite::memory:'), retryAttempts: 0 } as TypeOrmModuleOptions);
    await expect(createApp('express', { imports: [typeOrm, eventLog()] })).rejects.toThrow(
      `${user} found no data source 'other'`,
    );
  });

  it('for migrations that were not added names the table and them', async () => {
    const options = { ...dataSourceOptions('sqlite::memory:', { migrations: [] }), retryAttempts: 0 } as TypeOrmModuleOptions;
    const eventLog = EventLogModule.forRoot({ ...storage, storage: typeOrmStorage() });
    expect(eventLogMigrations.length).toBeGreaterThan(0);
    await expect(createApp('express', { imports: [TypeOrmModule.forRoot(options), eventLog] })).rejects.toThrow(
      /no table for events \(`event_log_events`\).*`eventLogMigrations`.*`migrationsRun: true`, or run `npx nestjs-event-log migrate up`\./,
    );
  });
});

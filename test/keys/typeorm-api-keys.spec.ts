import { Module } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { EventLogModule } from 'nestjs-event-log';
import { ApiKeyService, EventEntity, typeOrmApiKeys, type TypeOrmApiKeysOptions } from 'nestjs-event-log/typeorm';
import { closeApps, createApp } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';

afterEach(closeApps);

describe('typeOrmApiKeys()', () => {
  const boot = (options: object, moduleOptions: TypeOrmApiKeysOptions = {}) =>
    createApp('express', {
      imports: [
        TypeOrmModule.forRoot({ ...dataSourceOptions('sqlite::memory:', options), retryAttempts: 0 } as TypeOrmModuleOptions),
        EventLogModule.forRoot({ keyStore: typeOrmApiKeys(moduleOptions) }),
      ],
    });

  it('typeOrmApiKeys() names the data source that it misses at boot', async () => {
    await expect(boot({}, { dataSource: 'other' })).rejects.toThrow(/no data source 'other'.*typeOrmApiKeys\(\{ dataSource \}\)/);
  });

  it('typeOrmApiKeys() names the migrations that it misses at boot', async () => {
    await expect(boot({ migrationsRun: false })).rejects.toThrow(
      /no table for keys.*`eventLogMigrations`.*`migrationsRun: true`/,
    );
  });

  it('typeOrmApiKeys() names the entity that it misses at boot', async () => {
    await expect(boot({ entities: [EventEntity] })).rejects.toThrow(/ApiKeyEntity.*`autoLoadEntities: true`.*`entities`/);
  });

  it.each([-1, 1.5, Number.NaN, '60s', null])('typeOrmApiKeys() refuses a cacheTtl of %s', (cacheTtl) => {
    expect(() => typeOrmApiKeys({ cacheTtl: cacheTtl as number })).toThrow(/`cacheTtl`.*milliseconds from 0 and up/);
  });

  it('typeOrmApiKeys() needs no apiKeys, and gives ApiKeyService to modules that import EventLogModule', async () => {
    const eventLog = EventLogModule.forRootAsync({ useFactory: () => ({}), keyStore: typeOrmApiKeys() });
    @Module({ imports: [eventLog], providers: [{ provide: 'admin', useFactory: (keys) => keys, inject: [ApiKeyService] }] })
    class AdminModule {}
    const { app } = await createApp('express', {
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions('sqlite::memory:'), retryAttempts: 0 }), eventLog, AdminModule],
    });
    expect(app.get('admin', { strict: false })).toBeInstanceOf(ApiKeyService);
  });
});

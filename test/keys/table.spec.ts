import { ApiKeyEntity, ApiKeyService } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { closeApps } from '../utils/create-app.js';
import { dataSourceOptions, undoMigrations } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { startHost, TABLE } from './key-host.js';

afterEach(closeApps);

describeEngines('The table of keys', (engine) => {
  it('keys are nowhere in clear in the table, and their digest is read only where it is asked for', async () => {
    const { keys, dataSource } = await startHost('express', engine.url);
    const { text } = await keys.create({ name: 'stored', kind: 'api' });
    const rows = await dataSource.query(`SELECT * FROM ${TABLE}`);
    const [, , random] = text.split('_');
    expect(JSON.stringify(rows)).not.toContain(random);
    const [entity] = await dataSource.getRepository(ApiKeyEntity).findBy({ name: 'stored' });
    expect(entity).toMatchObject({ prefix: text.slice(0, 12), kind: 'api' });
    expect(JSON.stringify(entity)).not.toContain('digest');
  });

  it('the times of keys are read alike by every process, in whatever time zone', async () => {
    const { keys } = await startHost('express', engine.url);
    const expiresAt = new Date('2999-07-01T02:03:04.567Z');
    const { key } = await keys.create({ name: 'zoned', kind: 'api', expiresAt });
    const inZone = { postgres: { extra: { options: '-c TimeZone=Asia/Kolkata' } }, mysql: { timezone: '+05:30' } };
    const options = dataSourceOptions(engine.url, engine.name === 'PostgreSQL' ? inZone.postgres : inZone.mysql);
    const other = await new DataSource(options).initialize();
    const read = await other.getRepository(ApiKeyEntity).findOneByOrFail({ id: key.id });
    await other.destroy();
    expect([read.expiresAt, read.createdAt]).toEqual([expiresAt, key.createdAt]);
  });

  it('the table of keys is left alone when the host synchronizes or generates migrations', async () => {
    const { keys, dataSource } = await startHost('express', engine.url);
    const { key } = await keys.create({ name: 'kept', kind: 'api' });
    const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect([...upQueries, ...downQueries].filter(({ query }) => query.includes(TABLE))).toEqual([]);
    await dataSource.synchronize();
    expect((await keys.list()).map(({ id }) => id)).toContain(key.id);
  });

  it('the table of keys has the entityPrefix of the data source, and undoing the migration removes it', async () => {
    const entityPrefix = 'prefixed_';
    const options = { entityPrefix, migrationsTableName: 'prefixed_migrations' };
    const dataSource = await new DataSource(dataSourceOptions(engine.url, options)).initialize();
    await new ApiKeyService(dataSource).create({ name: 'prefixed', kind: 'api' });
    expect(await dataSource.query(`SELECT name FROM ${entityPrefix}${TABLE}`)).toEqual([{ name: 'prefixed' }]);
    await undoMigrations(dataSource);
    await expect(dataSource.query(`SELECT name FROM ${entityPrefix}${TABLE}`)).rejects.toThrow();
    await dataSource.destroy();
  });
});

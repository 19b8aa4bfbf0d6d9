import { InMemoryWebhookStore } from 'nestjs-event-log';
import { describeWebhookStore } from 'nestjs-event-log/testing';
import { eventLogConsumerMigrations, eventLogMigrations, TypeOrmWebhookStore } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import { newDelivery, newWebhook } from '../../../lib/testing/webhook-store/webhook-store.case.js';
import { dataSourcesOf, rejection } from '../../storage/data-sources.js';
import { describeEngines } from '../../utils/describe-engines.js';

describeWebhookStore('InMemoryWebhookStore', { create: () => new InMemoryWebhookStore() });

describeEngines('TypeOrmWebhookStore', (engine) => {
  const { shared, another } = dataSourcesOf(engine, { migrations: eventLogConsumerMigrations });
  const open = async (dataSource: DataSource) => {
    const store = new TypeOrmWebhookStore(dataSource);
    await store.onModuleInit();
    return store;
  };
  const tables = ['event_log_webhooks', 'event_log_webhook_deliveries'];
  const read = (source: DataSource, table: string) => source.query(`SELECT id FROM own_${table}`);

  describeWebhookStore('the contract of stores of webhooks', {
    create: () => open(shared()),
    createAnother: async () => open(await another({ migrationsRun: false })),
  });

  it('has tables with the entityPrefix of the data source, and undoing the migration removes them alone', async () => {
    const source = await another({ entityPrefix: 'own_', migrationsTableName: 'own_migrations' });
    await (await open(source)).create(newWebhook());
    for (const table of tables) await read(source, table);
    await source.undoLastMigration();
    for (const table of tables) await expect(read(source, table)).rejects.toThrow();
    await source.query('SELECT name FROM own_event_log_consumers');
  });

  it('names the migrations where a table is missing', async () => {
    const own = { entityPrefix: 'no_', migrationsTableName: 'no_migrations', migrations: eventLogMigrations };
    const error = await rejection(open(await another(own)));
    expect(error.message).toMatch(
      /^There is no table for webhooks \(`no_event_log_webhooks`\): add `eventLogConsumerMigrations` to the `migrations`/,
    );
  });

  it('fails with a 503 that quotes nothing where the database can not be reached, and tells the log of queries no secret', async () => {
    const queries: unknown[] = [];
    const logged = (_: unknown, method: string) => (text: unknown) => void (method === 'logQuery' && queries.push(text));
    const source = await another({ logger: new Proxy({}, { get: logged }), migrationsRun: false });
    const store = await open(source);
    await store.create(newWebhook());
    await source.destroy();
    const failures = [await rejection(store.create(newWebhook())), await rejection(store.addDelivery(newDelivery('e', 1)))];
    for (const error of failures) expect(error).toMatchObject({ status: 503, message: 'The database is not available' });
    const texts = JSON.stringify([queries, failures, ...failures.map(String)]);
    expect(texts).toContain('INSERT INTO');
    expect(texts).not.toContain('whsec_');
  });
});

import { InMemoryConversationStore } from 'nestjs-event-log';
import { describeConversationStore } from 'nestjs-event-log/testing';
import { eventLogConversationMigrations, eventLogMigrations, TypeOrmConversationStore } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import { newFeedback, newMessage, newWrite, saved } from '../../lib/testing/conversation-store/conversation-store.case.js';
import { dataSourcesOf, rejection } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';

describeConversationStore('InMemoryConversationStore', { create: () => new InMemoryConversationStore() });

describeEngines('TypeOrmConversationStore', (engine) => {
  const { shared, another } = dataSourcesOf(engine, { migrations: eventLogConversationMigrations });
  const open = async (dataSource: DataSource) => {
    const store = new TypeOrmConversationStore(dataSource);
    await store.onModuleInit();
    return store;
  };
  const tables = ['event_log_conversations', 'event_log_messages', 'event_log_feedback'];
  const read = (source: DataSource, table: string) => source.query(`SELECT id FROM own_${table}`);

  describeConversationStore('the contract of stores of conversations', {
    create: () => open(shared()),
    createAnother: async () => open(await another({ migrationsRun: false })),
  });

  it('has tables with the entityPrefix of the data source, which the migration makes again and undoing it removes', async () => {
    const source = await another({ entityPrefix: 'own_', migrationsTableName: 'own_migrations' });
    await saved(await open(source), newWrite('p', [newMessage()]));
    const runner = source.createQueryRunner();
    await new eventLogConversationMigrations[0]().up(runner);
    await runner.release();
    for (const table of tables) await read(source, table);
    await source.undoLastMigration();
    for (const table of tables) await expect(read(source, table)).rejects.toThrow();
  });

  it('names the migrations where a table is missing', async () => {
    const own = { entityPrefix: 'no_', migrationsTableName: 'no_migrations', migrations: eventLogMigrations };
    const error = await rejection(open(await another(own)));
    expect(error.message).toMatch(
      /^There is no table for conversations \(`no_event_log_conversations`\): add `eventLogConversationMigrations` to the `migrations`/,
    );
  });

  it('fails with a 503 that quotes nothing where the database can not be reached', async () => {
    const source = await another({ migrationsRun: false });
    const store = await open(source);
    await source.destroy();
    const failing = [store.save(newWrite('p', [newMessage('secret')])), store.rate(newFeedback('p', 'secret'))];
    for (const error of await Promise.all(failing.map(rejection))) {
      expect(error).toMatchObject({ status: 503, message: 'The database is not available' });
      expect(JSON.stringify([error, String(error), error.cause])).not.toContain('secret');
    }
  });
});

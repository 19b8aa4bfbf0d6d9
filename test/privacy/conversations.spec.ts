import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { EventLogRetentionModule, EventPrivacyService } from 'nestjs-event-log/retention';
import {
  eventLogConsumerMigrations,
  eventLogConversationMigrations,
  eventLogMigrations,
  typeOrmStorage,
} from 'nestjs-event-log/typeorm';
import { run } from '../../lib/cli/run.js';
import { chat, type ConversationsHost, type ConversationsHostOptions, startConversations } from '../conversations/host.js';
import { closeApps } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';

const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations, ...eventLogConversationMigrations];

const chatOf = (id: string) => chat(undefined, { userProperties: { id } });

async function startWithPrivacy({ imports = [], ...options }: ConversationsHostOptions = {}): Promise<ConversationsHost> {
  return startConversations('express', { ...options, imports: [...imports, EventLogRetentionModule.forRoot()] });
}

function describeErasure(start: () => Promise<ConversationsHost>): void {
  let host: ConversationsHost;
  beforeAll(async () => {
    host = await start();
  }, 60_000);
  afterAll(closeApps);

  const statusOf = async (id: string) => (await host.get(`/conversations/${id}`)).status;

  it.each(['delete', 'anonymize'] as const)(
    "takes a person's conversations of one project, and nobody else's, in the mode %s",
    async (mode) => {
      const own = await host.stored(chatOf(`u-${mode}`));
      const others = await host.stored(chatOf('somebody-else'));
      const privacy = host.app.get(EventPrivacyService);
      await privacy.erase({ userId: `u-${mode}`, projectId: 'p2' }, { mode });
      expect([await statusOf(own.id), await statusOf(others.id)]).toEqual([200, 200]);
      const { searched } = await privacy.erase({ userId: `u-${mode}`, projectId: 'p1' }, { mode });
      expect([await statusOf(own.id), await statusOf(others.id)]).toEqual([404, 200]);
      expect(searched).toContain('conversations');
    },
  );

  it('takes none when it only counts', async () => {
    const own = await host.stored(chatOf('u-counted'));
    await host.app.get(EventPrivacyService).erase({ userId: 'u-counted' }, { dryRun: true });
    expect(await statusOf(own.id)).toBe(200);
  });
}

describe('An erasure in memory', () => describeErasure(startWithPrivacy));

describeEngines('An erasure', (engine) => {
  describeErasure(() => {
    const source = {
      ...dataSourceOptions(engine.url, { migrations, entityPrefix: 'erasing_', migrationsTableName: 'erasing_migrations' }),
    };
    return startWithPrivacy({
      imports: [TypeOrmModule.forRoot({ ...source, retryAttempts: 0 })],
      log: { storage: typeOrmStorage() },
    });
  });

  it("of the command line takes a person's conversations, too", async () => {
    const source = await new DataSource(dataSourceOptions(engine.url, { migrations })).initialize();
    await source.destroy();
    const host = await startWithPrivacy({
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions(engine.url, { migrations }), retryAttempts: 0 })],
      log: { storage: typeOrmStorage() },
    });
    const { id } = await host.stored(chatOf('u-cli'));
    const terminal = { write: () => Promise.resolve(), isShown: false };
    const { exitCode } = await run(
      ['events', 'erase-user', '--user-id', 'u-cli', '--yes'],
      { DATABASE_URL: engine.url },
      terminal,
    );
    expect(exitCode).toBe(0);
    expect((await host.get(`/conversations/${id}`)).status).toBe(404);
    await closeApps();
  }, 60_000);
});

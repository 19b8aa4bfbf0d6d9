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
  });
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
      const { searched, conversations } = await privacy.erase({ userId: `u-${mode}`, projectId: 'p1' }, { mode });
      expect(conversations).toBe(1);
      expect([await statusOf(own.id), await statusOf(others.id)]).toEqual([404, 200]);
      expect(searched.slice(-3).join()).toMatch(
        /^(erasing_event_log_conversations,erasing_event_log_messages,erasing_event_log_feedback|.*conversations in memory,feedback in memory)$/,
      );
    },
  );

  it('tells how many conversations there were, and keeps that', async () => {
    await host.stored(chatOf('u-receipt'));
    const privacy = host.app.get(EventPrivacyService);
    const { id } = await privacy.erase({ userId: 'u-receipt' });
    expect((await privacy.receipts()).find((receipt) => receipt.id === id)).toMatchObject({ conversations: 1, feedback: 0 });
  });

  it("gives out a person's conversations and feedback, and nobody else's", async () => {
    const own = await host.stored(chatOf('u-exported'));
    await host.stored(chatOf('u-another'));
    const feedback = { type: 'positive', messageId: own.messages[0].id, userProperties: { id: 'u-exported' } };
    expect((await host.send('/feedback', feedback)).status).toBeLessThan(300);
    const records = [];
    for await (const one of host.app.get(EventPrivacyService).export({ userId: 'u-exported' })) records.push(one);
    expect(records).toMatchObject([
      { record: 'conversation', id: own.id, messages: [{ id: own.messages[0].id }] },
      { record: 'feedback', messageId: own.messages[0].id },
    ]);
    for await (const one of host.app.get(EventPrivacyService).export({ userId: 'u-exported', projectId: 'p2' })) {
      throw new Error(`Expected nothing of another project, got ${one.id}.`);
    }
  });

  it('takes none when it only counts', async () => {
    const own = await host.stored(chatOf('u-counted'));
    const found = await host.app.get(EventPrivacyService).erase({ userId: 'u-counted' }, { dryRun: true });
    expect(found).toMatchObject({ counts: [], conversations: 1, feedback: 0 });
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
    const terminal = { isShown: false };
    const written: string[] = [];
    const asked: string[] = [];
    const asking = {
      ...terminal,
      write: async (text: string) => void written.push(text),
      ask: async (question: string) => (asked.push(question), 'n'),
    };
    const cli = (command: string, ...options: string[]) =>
      run(['events', command, '--user-id', 'u-cli', ...options], { DATABASE_URL: engine.url }, asking);
    expect((await cli('export-user')).exitCode).toBe(0);
    expect(written.map((line) => JSON.parse(line) as object)).toMatchObject([{ record: 'conversation', id }]);
    const chats = '1 conversations and 0 pieces of feedback';
    expect((await cli('erase-user', '--dry-run')).output).toBe(`There are no events of this person.\n${chats}\n`);
    expect((await cli('erase-user')).exitCode).toBe(1);
    await cli('erase-user', '--mode', 'anonymize');
    expect(asked).toEqual([
      expect.stringContaining(`Delete 0 events of this person in 0 projects, and ${chats}, for good?`),
      expect.stringContaining(`Anonymize 0 events of this person in 0 projects, and delete ${chats}, for good?`),
    ]);
    const { exitCode, output } = await cli('erase-user', '--yes');
    expect([exitCode, output]).toEqual([0, expect.stringContaining(chats)]);
    expect((await host.get(`/conversations/${id}`)).status).toBe(404);
    await closeApps();
  });
});

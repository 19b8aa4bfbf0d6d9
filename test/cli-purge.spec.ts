import { DataSource } from 'typeorm';
import {
  eventLogConsumerMigrations,
  eventLogConversationMigrations,
  eventLogMigrations,
  TypeOrmConsumerStore,
  TypeOrmConversationStore,
  TypeOrmEventEraser,
  TypeOrmEventFeed,
  TypeOrmEventRepository,
} from 'nestjs-event-log/typeorm';
import { run } from '../lib/cli/run.js';
import { newMessage, newWrite } from '../lib/testing/conversation-store/conversation-store.case.js';
import { dataSourceOptions } from './utils/databases.js';
import { settled } from './retention/stores.js';
import { describeEngines } from './utils/describe-engines.js';
import { newRecord } from './utils/events.js';

const DAY_MS = 86_400_000;

describeEngines('The command line that purges events', (engine) => {
  let source: DataSource;
  let repository: TypeOrmEventRepository;
  const cli = async (args: string[], answer?: string) => {
    const asked: string[] = [];
    const terminal = {
      write: () => Promise.resolve(),
      isShown: false,
      ...(answer !== undefined && { ask: (question: string) => (asked.push(question), Promise.resolve(answer)) }),
    };
    const { exitCode, output, problem } = await run(['events', 'purge', ...args], { DATABASE_URL: engine.url }, terminal);
    return { exitCode, output, problem, asked };
  };
  /** Two old events of each project and, after all of these, a new one: the feed is in the order of receipt. */
  const events: Record<string, ReturnType<typeof newRecord>[]> = {};
  const store = async () => {
    const received = (projectId: string, days: number) =>
      newRecord({ projectId, receivedAt: new Date(Date.now() - days * DAY_MS).toISOString() });
    for (const days of [100, 0]) {
      for (const project of ['p', 'q', 'r']) {
        const made = days === 0 ? [received(project, 0)] : [received(project, days), received(project, days)];
        await repository.insert(made);
        events[project] = [...(events[project] ?? []), ...made];
      }
    }
    await settled({ repository, feed: new TypeOrmEventFeed(source), eraser: new TypeOrmEventEraser(source) });
  };
  const areStored = (project: string) =>
    Promise.all(events[project].map(async ({ id, projectId }) => (await repository.find(id, projectId)) !== undefined));

  async function open(migrations: typeof eventLogMigrations): Promise<void> {
    source = await new DataSource(dataSourceOptions(engine.url, { migrations })).initialize();
    repository = new TypeOrmEventRepository(source);
    await repository.onModuleInit();
  }
  beforeAll(async () => {
    await open(eventLogMigrations);
    await store();
  });
  afterAll(() => source.destroy());

  it('counts with --dry-run, asks before it removes, and removes what is older, of one project alone', async () => {
    const options = ['--older-than', '90d', '--project', 'p'];
    expect((await cli([...options, '--dry-run'])).output).toBe('2 events would go.\n');
    const refused = await cli(options, 'n');
    expect(refused).toMatchObject({
      exitCode: 1,
      problem: 'Nothing was removed.\n',
      asked: ['Remove 2 events for good? [y/N] '],
    });
    expect(await cli(options)).toMatchObject({ exitCode: 2, problem: expect.stringContaining('--yes') });
    expect(await areStored('p')).toEqual([true, true, true]);
    expect(await cli(options, 'y')).toMatchObject({ exitCode: 0, output: '2 events were removed.\n' });
    expect(await areStored('p')).toEqual([false, false, true]);
    expect(await areStored('q')).toEqual([true, true, true]);
  });

  it('keeps what a consumer has not handled, unless it is told not to', async () => {
    await source.destroy();
    await open([...eventLogMigrations, ...eventLogConsumerMigrations]);
    const feed = new TypeOrmEventFeed(source);
    await feed.onModuleInit();
    await new TypeOrmConsumerStore(source).create('crm', await feed.start('beginning'));
    const options = ['--older-than', '90d', '--project', 'r', '--yes'];
    const kept = await cli(options);
    expect(kept.output).toContain("0 events were removed.\nOthers stay, as they are not handled by 'crm' yet");
    expect(await areStored('r')).toEqual([true, true, true]);
    const { output } = await cli([...options, '--ignore-consumers', '--json']);
    expect(JSON.parse(output)).toMatchObject({ removed: [{ events: 2 }], heldBackBy: [], isUnfinished: false });
    expect(await areStored('r')).toEqual([false, false, true]);
  });

  it('removes old conversations as well where the database has them, but for other entity types', async () => {
    await source.destroy();
    await open([...eventLogMigrations, ...eventLogConsumerMigrations, ...eventLogConversationMigrations]);
    const conversations = new TypeOrmConversationStore(source);
    const receivedAt = new Date(Date.now() - 100 * DAY_MS).toISOString();
    const writes = ['s', 't'].map((projectId) => newWrite(projectId, [newMessage()], { receivedAt }));
    for (const write of writes) await conversations.save(write);
    const options = ['--older-than', '90d', '--project', 's'];
    expect((await cli([...options, '--entity-type', 'search', '--dry-run'])).output).toBe(
      '0 events and 0 conversations would go.\n',
    );
    const answered = await cli(options, 'y');
    expect(answered.asked).toEqual(['Remove 0 events and 1 conversations for good? [y/N] ']);
    expect(answered.output).toBe('0 events and 1 conversations were removed.\n');
    const found = await Promise.all(writes.map(({ id }) => conversations.find(id, {})));
    expect(found.map((one) => one !== undefined)).toEqual([false, true]);
  });

  it.each([
    [['--yes'], /needs --older-than/],
    [['--older-than', '90', '--yes'], /Expected `--older-than` to be a duration such as '90d'.*got '90'/],
    [['--older-than', '3m', '--yes'], /write mo for months/],
    [['--older-than', '0d', '--yes'], /longer than nothing/],
    [['--older-than', '1y', '--entity-type', 'a', '--entity-type', 'b'], /--entity-type may be given once/],
  ])('refuses %j', async (args, message) => {
    expect(await cli(args)).toMatchObject({ exitCode: 2, problem: expect.stringMatching(message) });
  });
});

import { DataSource } from 'typeorm';
import type { ErasureReceipt } from '../lib/retention/privacy/erasure-receipt.interface.js';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { run } from '../lib/cli/run.js';
import { dataSourceOptions } from './utils/databases.js';
import { describeEngines } from './utils/describe-engines.js';
import { newRecord } from './utils/events.js';

describeEngines("The command line with a person's data", (engine) => {
  let source: DataSource;
  let repository: TypeOrmEventRepository;
  const cli = async (args: string[], answer?: string) => {
    const written: string[] = [];
    const asked: string[] = [];
    const terminal = {
      write: (text: string) => Promise.resolve(void written.push(text)),
      isShown: false,
      ...(answer !== undefined && { ask: (question: string) => (asked.push(question), Promise.resolve(answer)) }),
    };
    const { exitCode, output, problem } = await run(['events', ...args], { DATABASE_URL: engine.url }, terminal);
    return { exitCode, output: written.join('') + output, problem, asked };
  };
  const stored = async (userId: string) => {
    const events = ['p', 'q'].map((projectId) => newRecord({ projectId, userProperties: { userId } }));
    await repository.insert(events);
    return events;
  };
  const isStored = async ({ id, projectId }: { id: string; projectId: string | null }) =>
    (await repository.find(id, projectId)) !== undefined;

  beforeAll(async () => {
    source = await new DataSource(dataSourceOptions(engine.url)).initialize();
    repository = new TypeOrmEventRepository(source);
    await repository.onModuleInit();
  });
  afterAll(() => source.destroy());

  it('writes all events of a person, a line each', async () => {
    const [first] = await stored('export');
    const { exitCode, output } = await cli(['export-user', '--user-id', 'export', '--project', 'p']);
    expect(exitCode).toBe(0);
    expect(
      output
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual([first.id]);
  });

  it('asks before it erases, and erases nothing without a yes', async () => {
    const events = await stored('asked');
    const refused = await cli(['erase-user', '--user-id', 'asked'], 'n');
    expect(refused).toMatchObject({ exitCode: 1, problem: 'Nothing was erased.\n' });
    expect(refused.asked[0]).toContain('Delete 2 events of this person in 2 projects, for good?');
    const unasked = await cli(['erase-user', '--user-id', 'asked']);
    expect(unasked).toMatchObject({ exitCode: 2, problem: expect.stringContaining('--yes') });
    const dry = await cli(['erase-user', '--user-id', 'asked', '--dry-run', '--json']);
    expect(JSON.parse(dry.output)).toMatchObject({ dryRun: true, counts: [{ events: 1 }, { events: 1 }] });
    expect(await Promise.all(events.map(isStored))).toEqual([true, true]);
    expect((await cli(['erase-user', '--user-id', 'asked', '--project', 'q'], 'yes')).exitCode).toBe(0);
    expect(await Promise.all(events.map(isStored))).toEqual([true, false]);
  });

  it('erases with --yes, prints the receipt, and says so where there is nothing', async () => {
    await stored('unasked');
    const { output } = await cli(['erase-user', '--user-id', 'unasked', '--yes', '--json']);
    const receipt = JSON.parse(output) as ErasureReceipt;
    expect(receipt).toMatchObject({ mode: 'delete', counts: [{ events: 1 }, { events: 1 }], searched: ['event_log_events'] });
    expect((await cli(['erase-user', '--user-id', 'unasked', '--yes'])).output).toContain('There are no events of this person.');
    expect((await cli(['resume-erasures'])).output).toBe('Nothing was cut short.\n');
  });

  it('anonymizes with the paths that are given', async () => {
    const [event] = await stored('anonymized');
    const options = ['--mode', 'anonymize', '--anonymize', 'properties.secret', '--project', 'p', '--yes'];
    expect((await cli(['erase-user', '--user-id', 'anonymized', ...options])).exitCode).toBe(0);
    expect(await repository.find(event.id, 'p')).toMatchObject({ properties: {}, userProperties: null });
  });

  it.each([
    [['erase-user', '--yes'], /needs --user-id/],
    [['erase-user', '--user-id', '', '--yes'], /Expected `userId` to be a text that is not empty/],
    [['erase-user', '--user-id', 'u', '--project', '', '--yes'], /--project must be the id of a project; leave it out for all/],
    [['erase-user', '--user-id', 'u', '--mode', 'hide'], /--mode must be delete or anonymize/],
    [['erase-user', '--user-id', 'u', '--anonymize', 'properties.a'], /--anonymize needs --mode anonymize/],
    [['erase-user', '--user-id', 'u', '--mode', 'anonymize', '--anonymize', 'id', '--yes'], /Expected `anonymize\[0\]`/],
  ])('refuses %j', async (args, message) => {
    expect(await cli(args)).toMatchObject({ exitCode: 2, problem: expect.stringMatching(message) });
  });
});

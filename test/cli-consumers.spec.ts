import {
  eventLogConsumerMigrations,
  eventLogMigrations,
  TypeOrmConsumerStore,
  TypeOrmEventFeed,
  TypeOrmEventRepository,
} from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { run } from '../lib/cli/run.js';
import { dataSourceOptions, startSqlite } from './utils/databases.js';
import { describeEngines } from './utils/describe-engines.js';
import { newRecord } from './utils/events.js';
import { until } from './utils/until.js';

describeEngines('The command line with consumers', (engine) => {
  let source: DataSource;
  let store: TypeOrmConsumerStore;
  const cli = (...args: string[]) => run(['consumers', ...args], { DATABASE_URL: engine.url });
  const json = async (...args: string[]): Promise<unknown> => JSON.parse((await cli(...args, '--json')).output);

  beforeAll(async () => {
    const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations];
    source = await new DataSource(dataSourceOptions(engine.url, { migrations })).initialize();
    await new TypeOrmEventRepository(source).insert([newRecord({ id: '1' })]);
    await new TypeOrmEventRepository(source).insert([newRecord({ id: '2' })]);
    store = new TypeOrmConsumerStore(source);
    const feed = new TypeOrmEventFeed(source);
    const start = await feed.start('beginning');
    await store.create('crm', start);
    // Transactions of other tests on the same server hold up what comes after them.
    await until('both can be read', async () => (await feed.read(start, 10)).records.length === 2);
  });
  afterAll(() => source.destroy());

  it('lists them with how far they are behind', async () => {
    expect((await cli('list')).output).toMatch(/^NAME +STATUS +EVENTS BEHIND .*\ncrm +running +2 +\d+ +0 +0 +1 +- +-\n$/);
    expect(await json('list')).toMatchObject([{ name: 'crm', status: 'running', lagEvents: 2, holder: null }]);
  });

  it('skips an event that fails, and none else', async () => {
    expect(await cli('skip', 'crm')).toMatchObject({
      exitCode: 1,
      problem: "Nothing of 'crm' fails right now, so there is nothing to skip.\n",
    });
    const [state] = await store.find(['crm']);
    const lease = await store.acquire(state, 'me');
    await store.fail(lease!, { attempts: 1, failingSince: '2026-01-01T00:00:00.000Z', lastError: 'Error: no' });
    expect((await cli('list')).output).toMatch(/crm +running +2 +\d+ +0 +1 +1 +me +Error: no/);
    expect((await cli('skip', 'crm')).output).toMatch(/^Passed over the event 1 of p\.\n\n.*\ncrm +running +1 /s);
  });

  it('pauses, resumes and resets one, and shows it', async () => {
    expect(await json('pause', 'crm')).toMatchObject({ status: 'paused' });
    expect(await json('resume', 'crm')).toMatchObject({ status: 'running' });
    expect(await json('reset', 'crm', '--from', 'beginning')).toMatchObject({ lagEvents: 2 });
    expect(await json('reset', 'crm', '--from', '2100-01-01T00:00:00Z')).toMatchObject({ lagEvents: 0, lagSeconds: 0 });
  });

  it('lists what is parked, and asks for it once more', async () => {
    expect((await cli('parked', 'crm')).output).toBe("No event of 'crm' is parked.\n");
    const [state] = await store.find(['crm']);
    const lease = await store.acquire(state, 'me');
    const parkedAt = '2026-01-01T00:00:00.000Z';
    await store.park(lease!, {
      consumer: 'crm',
      position: '2',
      after: '1',
      id: 'e\u001b[2J',
      projectId: null,
      attempts: 3,
      error: 'Error: no',
      parkedAt,
    });
    const { output } = await cli('parked', 'crm');
    expect(output).toContain(String.raw`e\u001b[2J  -`);
    expect(output).toContain('Error: no');
    expect(await json('retry', 'crm')).toMatchObject({ retriesParked: true, parkedEvents: 1 });
  });

  it('forgets one that nobody holds', async () => {
    await store.create('old', '0');
    const [state] = await store.find(['old']);
    const lease = await store.acquire(state, 'me');
    expect((await cli('forget', 'old')).problem).toContain("'old' is held by me");
    await store.release(lease!);
    expect((await cli('forget', 'old')).output).toBe("The consumer 'old' is forgotten.\n");
    expect(await store.find(['old'])).toEqual([]);
  });

  it('says what is wrong, and how to call it', async () => {
    expect(await cli('pause', 'nobody')).toMatchObject({
      exitCode: 1,
      problem: "There is no consumer 'nobody': known are crm.\n",
    });
    expect((await cli('reset', 'crm')).problem).toContain('consumers reset needs --from');
    expect((await cli('reset', 'crm', '--from', 'soon')).problem).toContain('Expected --from to be beginning, now, or a time');
    expect((await cli('pause')).problem).toContain('takes one name of a consumer and got 0');
  });
});

it('a database without the tables of consumers is told so, with the migrations that make them', async () => {
  const database = await startSqlite();
  await (await new DataSource(dataSourceOptions(database.url)).initialize()).destroy();
  const { exitCode, problem } = await run(['consumers', 'list'], { DATABASE_URL: database.url });
  expect([exitCode, problem]).toEqual([3, expect.stringContaining('add `eventLogConsumerMigrations`')]);
  await database.stop();
});

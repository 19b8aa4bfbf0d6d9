import { DataSource } from 'typeorm';
import { TypeOrmEventFeed, TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { run } from '../../lib/cli/run.js';
import { dataSourceOptions } from '../utils/databases.js';
import { newRecord } from '../utils/events.js';
import { ask, describeCitus, migrate } from './cluster.js';

describeCitus('nestjs-event-log citus distribute', (database) => {
  const cli = (...args: string[]) => run(['citus', 'distribute', ...args], { DATABASE_URL: database().url });
  const open = (url = database().url) => new DataSource(dataSourceOptions(url, { migrationsRun: false })).initialize();
  const kept = () =>
    ask<{ name: string; type: string }>(
      database().url,
      'SELECT table_name::text AS name, citus_table_type AS type FROM citus_tables ORDER BY 1',
    );

  it('asks for the migrations where there are no tables', async () => {
    expect(await cli('--yes')).toMatchObject({ exitCode: 3, problem: expect.stringContaining('migrate up') });
  });

  it('shows with --dry-run what it would do and with how much, and changes nothing', async () => {
    await migrate(database().url);
    const source = await open();
    const events = [newRecord({ projectId: 'a' }), newRecord({ projectId: null })];
    await new TypeOrmEventRepository(source).insert(events);
    await source.destroy();
    const { exitCode, output } = await cli('--dry-run');
    expect(exitCode).toBe(0);
    expect(output).toMatch(/^Nodes that take shards: 2\.\n\nTABLE +ROWS, ABOUT +BYTES\nevent_log_events /);
    expect(output).toContain(`SELECT create_distributed_table('"event_log_events"', 'project_key');\n`);
    expect(JSON.parse((await cli('--dry-run', '--json')).output)).toMatchObject({ nodes: 2, steps: { length: 3 } });
    expect(await kept()).toEqual([]);
  });

  it('does nothing where nobody says yes', async () => {
    expect(await cli()).toMatchObject({ exitCode: 2 });
    const asked = await run(
      ['citus', 'distribute'],
      { DATABASE_URL: database().url },
      {
        ...{ write: () => Promise.resolve(), isShown: false },
        ask: () => Promise.resolve('n'),
      },
    );
    expect(asked).toMatchObject({ exitCode: 1, problem: 'Nothing was changed.\n' });
    expect(await kept()).toEqual([]);
  });

  it('goes on where other tables of the same database stay as they are, and keeps what is stored', async () => {
    const { exitCode, output, problem } = await cli('--yes');
    expect({ exitCode, output, problem }).toMatchObject({
      exitCode: 0,
      output: 'The events are distributed by project: start the instances.\n',
    });
    expect(await kept()).toEqual([
      { name: 'event_log_api_keys', type: 'reference' },
      { name: 'event_log_events', type: 'distributed' },
    ]);
    const source = await open();
    const feed = new TypeOrmEventFeed(source);
    const { records } = await feed.read(await feed.start('beginning'), 10);
    expect(records).toHaveLength(2);
    await source.destroy();
  });

  it('says a second time that it is done', async () => {
    expect(await cli('--yes')).toMatchObject({ exitCode: 1, problem: 'The events are distributed by project already.\n' });
  });

  it('leaves nothing that can be changed to events by days', async () => {
    const refused = await run(['migrate', 'up', '--with', 'days'], { DATABASE_URL: database().url });
    expect(refused).toMatchObject({ exitCode: 1, problem: expect.stringContaining('got one that Citus distributes') });
    const status = await run(['migrate', 'status'], { DATABASE_URL: database().url });
    expect(status).toMatchObject({ exitCode: 0 });
  });

  it('refuses a worker, as a host does at boot', async () => {
    const [worker] = database().workerUrls;
    const problem = 'The data source leads to a worker of Citus: connect to its coordinator';
    const refused = await run(['citus', 'distribute', '--yes'], { DATABASE_URL: worker });
    expect(refused).toMatchObject({ exitCode: 3, problem: expect.stringContaining(problem) });
    const source = await open(worker);
    await expect(new TypeOrmEventRepository(source).onModuleInit()).rejects.toThrow(problem);
    await source.destroy();
  });

  it('refuses a table that is distributed by another column, as a host does at boot', async () => {
    await ask(database().url, `SELECT undistribute_table('event_log_events')`);
    await ask(database().url, `SELECT create_distributed_table('event_log_events', 'id')`);
    const problem = 'Expected the table `event_log_events` to be distributed by `project_key`, but it is distributed by `id`';
    expect(await cli('--yes')).toMatchObject({ exitCode: 3, problem: expect.stringContaining(problem) });
    const source = await open();
    await expect(new TypeOrmEventRepository(source).onModuleInit()).rejects.toThrow(problem);
    await source.destroy();
  });
});

describeCitus('Events that are kept by days, on Citus', (database) => {
  it('are not distributed, and where they were by hand, a host says at boot how to take them back', async () => {
    const cli = (...args: string[]) => run(args, { DATABASE_URL: database().url });
    expect(await cli('migrate', 'up', '--with', 'days')).toMatchObject({ exitCode: 0, problem: '' });
    const problem = 'The events are kept by days, which is for one server: they can not be distributed.\n';
    expect(await cli('citus', 'distribute', '--yes')).toMatchObject({ exitCode: 1, problem });
    await ask(database().url, `SELECT create_distributed_table('event_log_events', 'project_key')`);
    const source = await new DataSource(dataSourceOptions(database().url, { migrationsRun: false })).initialize();
    const repository = new TypeOrmEventRepository(source);
    await expect(repository.onModuleInit()).rejects.toThrow(
      "to be kept by days or distributed by Citus, got both: run SELECT undistribute_table('event_log_events').",
    );
    await source.query(`SELECT undistribute_table('event_log_events')`);
    await repository.onModuleInit();
    expect(await repository.insert([newRecord()])).toEqual([{ replayed: false }]);
    await source.destroy();
  });
});

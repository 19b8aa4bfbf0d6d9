import { InMemoryEventFeed, InMemoryEventReader, InMemoryEventRepository } from 'nestjs-event-log';
import { InMemoryConsumerStore } from '../../lib/storage/consumers/in-memory-consumer.store.js';
import { eventLogConsumerMigrations, eventLogMigrations } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { CLICKHOUSE_COMMANDS } from '../../lib/cli/clickhouse.commands.js';
import { run } from '../../lib/cli/run.js';
import { SILENT } from '../../lib/cli/terminal.js';
import { applyRecords } from '../../lib/clickhouse/copying/copied-records.js';
import { CopyProgress } from '../../lib/clickhouse/copying/copy-progress.js';
import { StoreCopyService } from '../../lib/clickhouse/copying/store-copy.service.js';
import { dataSourceOptions, startSqlite, type TestDatabase } from '../utils/databases.js';
import { newRecord } from '../utils/events.js';
import { freePort } from '../utils/free-port.js';
import { CannedServer, exception } from './canned-server.js';
import { describeClickHouse, dropDatabase, openTables } from './engine.js';

describe('The command line with a copy in ClickHouse', () => {
  let log: TestDatabase;
  let server: CannedServer;

  beforeAll(async () => {
    log = await startSqlite();
    server = await CannedServer.start();
    const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations];
    await (await new DataSource(dataSourceOptions(log.url, { migrations })).initialize()).destroy();
  });

  afterAll(async () => {
    await server.stop();
    await log.stop();
  });

  const cli = (url: string | undefined, ...args: string[]) =>
    run(['clickhouse', ...args], { DATABASE_URL: log.url, CLICKHOUSE_URL: url });

  it('makes the tables once, where it is told, and touches no time to live', async () => {
    const first = await cli(server.url, 'migrate', '--clickhouse-database', 'copied', '--clickhouse-cluster', 'main');
    expect(first).toEqual({ exitCode: 0, output: 'Done: events and progress.\n', problem: '' });
    expect(await cli(undefined, 'migrate', '--clickhouse', server.url)).toMatchObject({ output: 'Nothing is pending.\n' });
    const changes = server.asked.filter((sql) => /^(CREATE|ALTER)/.test(sql));
    expect(changes.slice(0, 2)).toEqual([
      expect.stringContaining("CREATE DATABASE IF NOT EXISTS copied ON CLUSTER 'main'"),
      expect.stringContaining("CREATE TABLE IF NOT EXISTS copied.event_log_migrations ON CLUSTER 'main' "),
    ]);
    expect(changes.join()).not.toMatch(/TTL/);
  });

  it('says what is missing, or down, and shows no password', async () => {
    expect(await cli(undefined, 'status')).toMatchObject({ exitCode: 2, problem: expect.stringContaining('Set CLICKHOUSE_URL') });
    const down = await cli(`http://user:SECRET@127.0.0.1:${await freePort()}`, 'status');
    expect(down).toMatchObject({ exitCode: 3, problem: expect.stringMatching(/^ClickHouse is not available \(\w+\)\.\n$/) });
    server.fail(/event_log_progress/, exception(81, 'UNKNOWN_DATABASE'));
    expect(await cli(server.url, 'status')).toMatchObject({
      exitCode: 3,
      problem: 'The copy has no tables yet: run `clickhouse migrate`.\n',
    });
    server.fail(/event_log_progress/, exception(516, 'AUTHENTICATION_FAILED', 'user: Authentication failed'));
    expect(await cli(server.url, 'status')).toMatchObject({
      exitCode: 3,
      problem: 'ClickHouse is not available (516 AUTHENTICATION_FAILED).\n',
    });
    expect(await cli('htp://user:SECRET@h', 'migrate')).toMatchObject({
      exitCode: 2,
      problem: expect.not.stringContaining('SECRET'),
    });
  });
});

describeClickHouse('clickhouse status', () => {
  it('ends with 1 and names the days where the copy has not as many events as the log', async () => {
    const clickHouse = await openTables();
    const repository = new InMemoryEventRepository();
    const [feed, store] = [new InMemoryEventFeed(repository), new InMemoryConsumerStore()];
    const service = new StoreCopyService(clickHouse, feed, store, async () => new InMemoryEventReader(repository));
    const ask = () => CLICKHOUSE_COMMANDS.status.prepare({ clickhouse: 'http://h' }, '')(async () => service, SILENT, {});

    const days = ['2026-01-01', '2026-01-02', '2026-01-02'];
    await repository.insert(days.map((day) => newRecord({ createdAt: `${day}T12:00:00.000Z` })));
    const after = await feed.start('beginning');
    const { records } = await feed.read(after, 10);
    const signal = AbortSignal.timeout(60_000);
    await applyRecords(clickHouse, records.slice(0, 2), 'two of three', signal);
    const until = records[1].position;
    await new CopyProgress(clickHouse).write({ number: 1, term: 1, after, until, events: 2, asOf: 1, writtenAt: 1 }, signal);
    const behind = await ask();
    expect(behind).toMatchObject({ hasFailed: true, result: { lagEvents: 1, asOf: '1970-01-01T00:00:00.001Z' } });
    expect(behind.text).toMatch(/\nDAY +IN THE LOG +IN THE COPY\n2026-01-02 +2 +1\n$/);

    await applyRecords(clickHouse, records.slice(2), 'the third', signal);
    const whole = await ask();
    expect(whole.hasFailed).toBe(false);
    expect(whole.text).toContain('Each day has as many events as in the log.');
    await dropDatabase(clickHouse);
  });

  it('says that the days could not be counted in time', async () => {
    const clickHouse = await openTables();
    const repository = new InMemoryEventRepository();
    const [feed, store] = [new InMemoryEventFeed(repository), new InMemoryConsumerStore()];
    const service = new StoreCopyService(clickHouse, feed, store, async () => new InMemoryEventReader(repository));
    const compare = service.compare.bind(service);
    const busy = Object.assign(service, { compare: () => compare(0) });
    const asked = CLICKHOUSE_COMMANDS.status.prepare({ clickhouse: 'http://h' }, '')(async () => busy, SILENT, {});
    await expect(asked).rejects.toThrow('could not be counted in time');
    await dropDatabase(clickHouse);
  });
});

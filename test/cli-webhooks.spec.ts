import {
  eventLogConsumerMigrations,
  eventLogMigrations,
  TypeOrmConsumerStore,
  TypeOrmEventFeed,
  TypeOrmEventRepository,
  TypeOrmWebhookStore,
} from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { run } from '../lib/cli/run.js';
import { newDelivery } from '../lib/testing/webhook-store/webhook-store.case.js';
import { closeAll, startReceiver, verified } from './consumers/webhooks/receiver.js';
import { dataSourceOptions, startSqlite } from './utils/databases.js';
import { describeEngines } from './utils/describe-engines.js';
import { until } from './utils/until.js';
import { newRecord } from './utils/events.js';

const LOCAL = '--allow-private-addresses';

interface Made {
  secret: string;
  webhook: { id: string };
}

afterEach(closeAll);

describeEngines('The command line with webhooks', (engine) => {
  let source: DataSource;
  const cli = (...args: string[]) => run(['webhooks', ...args], { DATABASE_URL: engine.url });
  const json = async (...args: string[]): Promise<unknown> => {
    const { output, problem } = await cli(...args, '--json');
    expect(problem).toBe('');
    return JSON.parse(output);
  };
  const made = async (url: string, ...more: string[]) =>
    (await json('create', '--name', 'CRM', '--url', url, LOCAL, ...more)) as Made;

  const sentOnce = async (id: string) => {
    const feed = new TypeOrmEventFeed(source);
    const after = await feed.start('now');
    await new TypeOrmEventRepository(source).insert([newRecord({ type: 'sent' })]);
    // A transaction of another database of the server may hold the feed up for a moment.
    let position = after;
    await until('the feed gives the event', async () => {
      ({ position } = await feed.read(after, 1));
      return position !== after;
    });
    const at = new Date().toISOString();
    const refused = newDelivery(id, 1, { after, position, at, status: 410, error: 'It answered with \u001b[2J410' });
    await new TypeOrmWebhookStore(source).addDelivery(refused);
    return refused;
  };

  beforeAll(async () => {
    const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations];
    source = await new DataSource(dataSourceOptions(engine.url, { migrations })).initialize();
  });
  afterAll(() => source.destroy());

  it('makes an endpoint, shows its secret once, lists it, and forgets it', async () => {
    expect((await cli('list')).output).toBe(
      'There are no endpoints in the database; configured ones are seen by `consumers list`.\n',
    );
    const filters = ['--entity-type', 'message', '--event-type', 'a', '--event-type', 'b', '--project', 'p'];
    const { output } = await cli('create', '--name', 'CRM', '--url', 'https://crm.example.com/hook', ...filters);
    const [, secret, id] = /^(whsec_\S+)\n\nThis is the only time .*\n\nID .*\n(whk_\S+) /.exec(output)!;
    const listed = await cli('list');
    expect(listed.output).toMatch(/^ID +NAME +URL .*\nwhk_\S+ +CRM +https:\S+ +message,a,b,project p +running +0 /);
    expect(listed.output).not.toContain(secret);
    expect(await json('list')).toMatchObject([{ id, entityTypes: ['message'], types: ['a', 'b'], projectId: 'p' }]);
    expect((await cli('delete', id)).output).toContain(`The endpoint ${id} is deleted`);
    expect(await json('list')).toEqual([]);
  });

  it('pings an endpoint, and rotates its secret', async () => {
    const receiver = await startReceiver();
    const { secret: old, webhook } = await made(receiver.url);
    const { secret } = (await json('rotate', webhook.id, '--grace', '7d')) as Made;
    expect((await cli('ping', webhook.id, LOCAL)).output).toMatch(/^The endpoint has taken it, with 200, after \d+ ms\.\n$/);
    for (const one of [old, secret]) expect(verified(receiver.received[0], one)).toMatchObject({ type: 'ping' });
  });

  it('a ping or a delivery that the endpoint has not taken ends with 1, and tells why', async () => {
    const receiver = await startReceiver((response) => response.writeHead(500).end());
    const { webhook } = await made(receiver.url);
    expect(await cli('ping', webhook.id, LOCAL)).toMatchObject({
      exitCode: 1,
      output: expect.stringMatching(/^It answered with 500, after \d+ ms\.\n$/),
    });
    expect(await cli('ping', webhook.id)).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('begin with https://, got http:; --allow-private-addresses allows http://'),
    });
    const sent = await sentOnce(webhook.id);
    expect(await cli('redeliver', sent.id, LOCAL)).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('It answered with 500'),
    });
    const { exitCode, output } = await cli('redeliver', sent.id, LOCAL, '--json');
    expect([exitCode, JSON.parse(output)]).toEqual([1, expect.objectContaining({ status: 500 })]);
  });

  it('an endpoint of the configuration is steered elsewhere, and the message says where', async () => {
    await new TypeOrmConsumerStore(source).create('webhook:crm', await new TypeOrmEventFeed(source).start('now'));
    for (const command of ['pause', 'resume', 'rotate', 'delete', 'ping', 'deliveries']) {
      expect(await cli(command, 'crm')).toMatchObject({
        exitCode: 1,
        problem: expect.stringMatching(/'crm' is not in the database.*consumers pause, resume or skip with webhook:crm\./),
      });
    }
  });

  it('pauses and resumes an endpoint, and shows it', async () => {
    const { webhook } = await made('http://127.0.0.1:9/');
    expect(await json('pause', webhook.id)).toMatchObject({ status: 'paused' });
    expect(await json('resume', webhook.id)).toMatchObject({ status: 'running' });
  });

  it('lists what was sent, and sends it once more', async () => {
    const receiver = await startReceiver();
    const { secret, webhook } = await made(receiver.url);
    expect((await cli('deliveries', webhook.id)).output).toBe('Nothing was sent to this endpoint.\n');
    const refused = await sentOnce(webhook.id);
    const { output } = await cli('deliveries', webhook.id, '--limit', '1');
    expect(output).toContain(refused.id);
    expect(output).not.toContain('\u001b');
    expect(await json('redeliver', refused.id, LOCAL)).toMatchObject({ attempt: 2, status: 200, error: null });
    expect(verified(receiver.received[0], secret)).toMatchObject({ data: { events: [{ type: 'sent' }] } });
    expect(await json('deliveries', webhook.id)).toMatchObject([{ attempt: 2 }, { attempt: 1 }]);
  });

  it('says what is wrong, and how to call it', async () => {
    const create = (...more: string[]) => cli('create', '--name', 'CRM', ...more);
    expect((await create()).problem).toContain('webhooks create needs --url');
    expect(await create('--url', 'http://crm.example.com')).toMatchObject({
      exitCode: 2,
      problem: expect.stringContaining('begin with https://, got http:; --allow-private-addresses allows http://'),
    });
    expect((await create('--url', 'https://127.0.0.1/')).problem).toContain('--allow-private-addresses allows others');
    expect((await create('--url', 'https://a.example/', '--event-type', '\0')).problem).toContain(
      '--event-type must not contain',
    );
    expect(await cli('ping', 'nobody')).toMatchObject({
      exitCode: 1,
      problem: expect.stringContaining('There is no endpoint with this id'),
    });
    expect((await cli('rotate', 'whk_1', '--grace', 'soon')).problem).toContain('Expected --grace to be a duration');
    expect((await cli('deliveries', 'whk_1', '--limit', 'all')).problem).toContain('Expected --limit to be an integer');
    expect((await cli('redeliver', 'whd_1')).problem).toContain('There is no delivery with this id');
    expect((await cli('pause')).problem).toContain('takes one id of an endpoint, whk_…, and got 0');
  });
});

it('a database without the tables of webhooks is told so, with the migrations that make them', async () => {
  const database = await startSqlite();
  const migrations = [...eventLogMigrations, eventLogConsumerMigrations[0]];
  await (await new DataSource(dataSourceOptions(database.url, { migrations })).initialize()).destroy();
  const { exitCode, problem } = await run(['webhooks', 'list'], { DATABASE_URL: database.url });
  expect([exitCode, problem]).toEqual([3, expect.stringMatching(/table for webhooks.*add `eventLogConsumerMigrations`/)]);
  await database.stop();
});

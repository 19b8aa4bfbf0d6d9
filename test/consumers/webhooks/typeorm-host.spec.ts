import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { StoredEvent } from 'nestjs-event-log';
import { ConsumerService, WebhookService } from 'nestjs-event-log/consumers';
import { eventLogConsumerMigrations, eventLogMigrations, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { run } from '../../../lib/cli/run.js';
import { closeApps } from '../../utils/create-app.js';
import { dataSourceOptions } from '../../utils/databases.js';
import { describeEngines } from '../../utils/describe-engines.js';
import { until } from '../../utils/until.js';
import { startConsumers } from '../host.js';
import { closeAll, type Receiver, startReceiver, verified } from './receiver.js';

const MIGRATIONS = [...eventLogMigrations, ...eventLogConsumerMigrations];

afterEach(async () => {
  await closeApps();
  await closeAll();
});

describeEngines('Webhooks of a database', (engine) => {
  const boot = (webhooks: boolean, migrations: unknown = MIGRATIONS, more: object = {}) => {
    const options = { ...dataSourceOptions(engine.url, { migrations, ...more }), retryAttempts: 0 } as TypeOrmModuleOptions;
    return startConsumers([], {
      storage: typeOrmStorage(),
      imports: [TypeOrmModule.forRoot(options)],
      webhooks: webhooks && { allowPrivateAddresses: true },
    });
  };
  const idsAt = ({ received }: Receiver, secret: string) =>
    received.flatMap((one) => verified<{ data: { events: StoredEvent[] } }>(one, secret).data.events.map(({ id }) => id));
  const cli = async (...args: string[]) =>
    JSON.parse((await run(['webhooks', ...args, '--json'], { DATABASE_URL: engine.url })).output);

  it('an endpoint of the command line is sent to by the one of two running instances that holds its lease, until it is deleted', async () => {
    const receiver = await startReceiver();
    const [{ app, log }, other] = [await boot(true), await boot(true)];
    const { secret, webhook } = await cli('create', '--name', 'CRM', '--url', receiver.url, '--allow-private-addresses');
    await log('1');
    await other.log('2');
    await until('both are delivered', () => idsAt(receiver, secret).length === 2);
    expect(idsAt(receiver, secret)).toEqual(['1', '2']);

    expect(await cli('deliveries', webhook.id)).toEqual(
      await other.app.get(WebhookService, { strict: false }).deliveries(webhook.id),
    );
    await cli('delete', webhook.id);
    const consumers = app.get(ConsumerService, { strict: false });
    await until('it is forgotten', async () => (await consumers.list()).length === 0);
    expect(await cli('list')).toEqual([]);
  });

  it('without webhooks, a host needs none of their tables; with them, it says which migrations make them', async () => {
    const own = { entityPrefix: 'none_', migrationsTableName: 'none_migrations' };
    const migrations = MIGRATIONS.slice(0, -1);
    await boot(false, migrations, own);
    await closeApps();
    await expect(boot(true, migrations, own)).rejects.toThrow(/table for webhooks.*`eventLogConsumerMigrations`/);
  });
});

import { Test } from '@nestjs/testing';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogHealth, EventLogHealthModule, type EventLogHealthOptions } from 'nestjs-event-log/health';

const apiKeys = [{ id: 'api', key: 'key-of-the-host', kind: 'api' as const }];
const boot = (...imports: NonNullable<Parameters<typeof Test.createTestingModule>[0]['imports']>) =>
  Test.createTestingModule({ imports }).compile();

it.each<[object, string]>([
  [{ storeTimeout: 0 }, 'Expected `storeTimeout` to be an integer of milliseconds, from 1 to 2147483647, got 0.'],
  [{ waitTimeout: '1s' }, 'Expected `waitTimeout` to be an integer of milliseconds, from 1 to 2147483647, got string.'],
  [{ maxConsumerLagSeconds: -1 }, 'Expected `maxConsumerLagSeconds` to be an integer, 1 or more, got -1.'],
  [{ timeout: 5 }, 'Unknown option `timeout`'],
])('the module with %j does not boot, and says why', async (options, message) => {
  const module = EventLogHealthModule.forRoot(options as EventLogHealthOptions);
  await expect(boot(EventLogModule.forRoot({ apiKeys }), module)).rejects.toThrow(message);
});

it('without EventLogModule the host does not boot, and is told what to import', async () => {
  const message = 'EventLogModule.forRoot({ apiKeys, storage }), to be imported beside';
  await expect(boot(EventLogHealthModule.forRoot())).rejects.toThrow(message);
});

it('the class of the module alone does not boot, and shows the call', async () => {
  const message = 'import EventLogHealthModule.forRoot() instead of EventLogHealthModule';
  await expect(boot(EventLogModule.forRoot({ apiKeys }), EventLogHealthModule)).rejects.toThrow(message);
});

it('the module that is imported twice does not boot', async () => {
  const twice = [EventLogHealthModule.forRoot(), EventLogHealthModule.forRootAsync({ useFactory: () => ({}) })];
  await expect(boot(EventLogModule.forRoot({ apiKeys }), ...twice)).rejects.toThrow('EventLogHealthModule is imported twice');
});

it('options may come from a factory', async () => {
  const module = EventLogHealthModule.forRootAsync({ useFactory: () => ({ storeTimeout: 50 }) });
  const app = await boot(EventLogModule.forRoot({ apiKeys }), module);
  expect(await app.get(EventLogHealth, { strict: false }).check()).toMatchObject({ status: 'up', store: 'reachable' });
});

import { Injectable, Module, Scope, type Type } from '@nestjs/common';
import { EventLogModule, InMemoryEventFeed, InMemoryEventRepository } from 'nestjs-event-log';
import { EventConsumer, type EventConsumerOptions, EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { closeApps, createApp } from '../utils/create-app.js';
import { Lines } from '../utils/typeorm-host.js';
import { consumerClass, startConsumers } from './host.js';

afterEach(closeApps);

@EventConsumer({ name: 'crm' })
class CrmConsumer {
  handle(): void {}
}

@EventConsumer({ name: 'crm' })
class OtherConsumer {
  handle(): void {}
}

@EventConsumer({ name: 'scoped' })
@Injectable({ scope: Scope.REQUEST })
class ScopedConsumer {
  handle(): void {}
}

@Module({ providers: [OtherConsumer] })
class OtherModule {}

const boot = (options: object) => startConsumers([consumerClass('a', () => undefined, options)]);

it('two consumers of one name fail at boot, and both are named', async () => {
  const booting = startConsumers([CrmConsumer], { imports: [OtherModule] });
  await expect(booting).rejects.toThrow(
    /Two consumers have the name 'crm', (CrmConsumer|OtherConsumer) of \w+ and (CrmConsumer|OtherConsumer) of \w+/,
  );
});

it.each<[Partial<EventConsumerOptions>, string]>([
  [{ name: '' }, "Expected `name` to be 1 to 100 letters, digits, '.', '_', ':' and '-', got ''"],
  [{ batchSize: 0 }, 'Expected `batchSize` to be an integer, from 1 to 1000, got 0'],
  [{ handleTimeout: 1.5 }, 'Expected `handleTimeout` to be an integer of milliseconds'],
  [{ from: new Date('no') }, "Expected `from` to be 'now', 'beginning' or a valid Date"],
  [{ entityTypes: [] }, 'Expected `entityTypes` to be a list of names'],
  [{ onFailure: 'drop' as 'park' }, "Expected `onFailure` to be 'park' or 'stop', got 'drop'"],
  [{ maxRetries: 1 } as object, 'Unknown option `maxRetries`: known are name, entityTypes'],
])('a consumer with %j fails at boot, and its class is named', async (options, message) => {
  await expect(boot(options)).rejects.toThrow(`@EventConsumer() of Consumer: ${message}`);
});

it('a class that is made for each request fails at boot', async () => {
  await expect(startConsumers([ScopedConsumer])).rejects.toThrow(
    'ScopedConsumer has @EventConsumer() and the scope of a request',
  );
});

it('a class without handle() fails at boot, where its type was not checked', async () => {
  class Nothing {}
  EventConsumer({ name: 'nothing' })(Nothing as never);
  await expect(startConsumers([Nothing])).rejects.toThrow('Nothing has @EventConsumer(), but no method handle(events, context)');
});

it('a store that keeps no positions of consumers, and a wrong option of the module, fail at boot', async () => {
  const storage = { repository: InMemoryEventRepository, feed: InMemoryEventFeed };
  await expect(startConsumers([], { storage })).rejects.toThrow('The `storage` of EventLogModule has no `consumers`');
  await expect(startConsumers([], { shutdownTimeout: 0 })).rejects.toThrow(
    'Expected `shutdownTimeout` to be an integer of milliseconds',
  );
});

it('without EventLogModule, and without forRoot(), the module says what is missing', async () => {
  for (const webhooks of [false, true]) {
    const alone = createApp('express', { imports: [EventLogConsumersModule.forRoot({ webhooks })] });
    await expect(alone).rejects.toThrow(/dependencies of the ConsumerStore .* to be imported beside EventLogConsumersModule/);
  }
  const bare = createApp('express', { imports: [EventLogModule.forRoot({ route: false }), EventLogConsumersModule] });
  await expect(bare).rejects.toThrow('import EventLogConsumersModule.forRoot() instead of EventLogConsumersModule');
});

it('a consumer of an entity type that is not there is warned of, with those that are', async () => {
  const { lines } = await startConsumers([consumerClass('a', () => undefined, { entityTypes: ['message', 'mesage'] })]);
  const warning = "The consumer 'a' is held to entity types that are not there: mesage. Known are message, conversation, search";
  expect(lines.all.filter((line) => line.includes(warning))).toHaveLength(1);
});

describe('A host without EventLogConsumersModule', () => {
  const warningsOf = async (providers: Type[]) => {
    const lines = new Lines();
    await createApp('express', { imports: [EventLogModule.forRoot({ route: false })], providers }, { logger: lines });
    return lines.all.filter((line) => line.includes('@EventConsumer()'));
  };

  it('is warned of the classes that are given no events, by their names', async () => {
    expect(await warningsOf([CrmConsumer, ScopedConsumer])).toEqual([
      'Classes with @EventConsumer() are given no events here: CrmConsumer, ScopedConsumer. Import EventLogConsumersModule.forRoot() beside EventLogModule.',
    ]);
  });

  it('is told nothing of classes that it has loaded, and not as providers', async () => {
    expect(await warningsOf([])).toEqual([]);
  });
});

it('a host with EventLogConsumersModule is warned of no class that is given events', async () => {
  const { lines } = await startConsumers([CrmConsumer]);
  expect(lines.all.filter((line) => line.includes('given no events'))).toEqual([]);
});

import { Logger } from '@nestjs/common';
import {
  InMemoryConsumerStore,
  InMemoryEventEraser,
  InMemoryEventFeed,
  EventLogModule,
  InMemoryEventRepository,
} from 'nestjs-event-log';
import { EventLogRetentionModule, EventPrivacyService } from 'nestjs-event-log/retention';
import { closeApps, createApp } from '../utils/create-app.js';
import { newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';

afterEach(async () => {
  await closeApps();
  Logger.overrideLogger(false);
});

async function start(options: object) {
  const repository = new InMemoryEventRepository();
  const eraser = new InMemoryEventEraser(repository);
  const event = newRecord({ properties: { text: 'of a person', n: 1 }, userProperties: { userId: 'u' } });
  await repository.insert([event]);
  const storage = {
    repository: { useFactory: () => repository },
    feed: InMemoryEventFeed,
    eraser: { useFactory: () => eraser },
    consumers: InMemoryConsumerStore,
  };
  const boot = () =>
    createApp('express', {
      imports: [EventLogModule.forRoot({ route: false, storage }), EventLogRetentionModule.forRoot(options)],
    });
  return { boot, event, repository, eraser };
}

it('a host erases by EventPrivacyService, with the paths of its options', async () => {
  const { boot, event, repository } = await start({ anonymize: ['properties.text'] });
  const { app } = await boot();
  const { counts } = await app.get(EventPrivacyService, { strict: false }).erase({ userId: 'u' }, { mode: 'anonymize' });
  expect(counts).toEqual([{ projectId: 'p', events: 1 }]);
  expect(await repository.find(event.id, 'p')).toMatchObject({ properties: { n: 1 }, userProperties: null });
});

it('a host goes on with an erasure that another one has left', async () => {
  const { boot, event, repository, eraser } = await start({});
  const startedAt = new Date().toISOString();
  const left = {
    id: 'r',
    mode: 'delete',
    userKey: 'u',
    paths: [],
    startedAt,
    finishedAt: null,
    counts: [],
    term: 1,
    beat: 3,
  } as const;
  await eraser.requests.add(left);
  await boot();
  await until('the erasure is done', async () => (await eraser.requests.list('open')).length === 0);
  expect(await repository.find(event.id, 'p')).toBeUndefined();
  expect(await eraser.requests.list('all')).toMatchObject([{ userKey: null, counts: [{ projectId: 'p', events: 1 }] }]);
});

it('a host with a path that is none does not boot', async () => {
  const { boot } = await start({ anonymize: ['userProperties.email'] });
  await expect(boot()).rejects.toThrow(/^Expected `anonymize\[0\]` to be keys joined by dots/);
});

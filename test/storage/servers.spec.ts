import { Logger, ServiceUnavailableException } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import type { InsertOutcome } from 'nestjs-event-log';
import { describeEngines, SERVERS } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { TcpProxy } from '../utils/tcp-proxy.js';
import { dataSourcesOf, open, rejection } from './data-sources.js';

Logger.overrideLogger(false);

describeEngines(
  'TypeOrmEventRepository',
  (engine) => {
    const { another } = dataSourcesOf(engine);

    it('events are refused with 503 while the server is out of reach, and stored when it is back', async () => {
      const proxy = await TcpProxy.start(engine.url);
      const repository = await open(await another({ migrationsRun: false }, proxy.url));
      const [before, event] = [newRecord(), newRecord()];
      await repository.insert([before]);
      await proxy.stop();
      for (let attempt = 0; attempt < 3; attempt++) {
        const error = await rejection(repository.insert([event]));
        expect(error).toBeInstanceOf(ServiceUnavailableException);
        expect(inspect(error, { depth: 9 })).not.toMatch(new RegExp(`SECRET|INSERT|${event.id}`));
      }
      await proxy.listen();
      expect(await repository.insert([before, event])).toEqual([
        { replayed: true, createdAt: before.createdAt },
        { replayed: false },
      ]);
      await proxy.stop();
    });

    it('a connection that breaks while it stores is answered with 503, and a second try finds out what was stored', async () => {
      const proxy = await TcpProxy.start(engine.url);
      const repository = await open(await another({ migrationsRun: false }, proxy.url));
      const event = newRecord({ properties: { text: 'x'.repeat(1_000_000) } });
      proxy.cutAfterNextRequest();
      expect(await rejection(repository.insert([event]))).toBeInstanceOf(ServiceUnavailableException);
      await repository.insert([event]);
      expect(await repository.insert([event])).toEqual([{ replayed: true, createdAt: event.createdAt }]);
      expect(await repository.find(event.id, event.projectId)).toMatchObject({ properties: event.properties });
      await proxy.stop();
    });

    it('of different events with one id from two processes that race, one is stored and one is a conflict', async () => {
      const repositories = await Promise.all([1, 2].map(async () => open(await another({ migrationsRun: false }))));
      const outcomes: InsertOutcome[] = [];
      for (let round = 0; round < 20; round++) {
        const ids = Array.from({ length: 20 }, () => randomUUID());
        const batches = repositories.map((repository, n) =>
          repository.insert(ids.map((id) => newRecord({ id, type: `by ${n}` }))),
        );
        outcomes.push(...(await Promise.all(batches)).flat());
      }
      expect(outcomes.filter((outcome) => 'replayed' in outcome && !outcome.replayed)).toHaveLength(400);
      expect(outcomes.filter((outcome) => 'conflict' in outcome)).toHaveLength(400);
    });
  },
  SERVERS,
);

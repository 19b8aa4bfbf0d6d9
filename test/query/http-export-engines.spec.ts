import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { EventRepository } from 'nestjs-event-log';
import { typeOrmStorage } from 'nestjs-event-log/typeorm';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { administer, dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newEvent, newRecord } from '../utils/events.js';
import { KEYS, type ReadingHost, startReadingHost } from './http-host.js';

describe.each(ADAPTERS)('An export on %s', (adapter) => {
  let host: ReadingHost;

  describeEngines('of many events', (engine) => {
    const COUNT = 5_000;
    const select = [
      { type: 'field', field: 'id' },
      { type: 'field', field: 'properties', path: ['text'] },
    ];
    const storedIn = async (host: ReadingHost) => {
      const repository = host.app.get(EventRepository, { strict: false });
      const text = 'x'.repeat(4_000);
      for (let from = 0; from < COUNT; from += 1_000) {
        const records = Array.from({ length: 1_000 }, (_, i) =>
          newRecord({ id: `e${from + i}`, properties: { text }, createdAt: new Date(1.7e12 + (from + i) * 1_000).toISOString() }),
        );
        await repository.insert(records);
      }
    };
    const start = (poolSize?: number) => {
      const source = { poolSize, ...(engine.name === 'PostgreSQL' && { extra: { max: poolSize } }) };
      const options = { ...dataSourceOptions(engine.url, source), retryAttempts: 0 } as TypeOrmModuleOptions;
      return startReadingHost(adapter, { imports: [TypeOrmModule.forRoot(options)], log: { storage: typeOrmStorage() } });
    };
    const body = JSON.stringify({ select });
    const headers = {
      Authorization: `Bearer ${KEYS.all.key}`,
      'Content-Type': 'application/json',
      Accept: 'application/x-ndjson',
    };
    const url = () => `${host.url}/query/events/export`;
    const ask = () => fetch(url(), { method: 'POST', headers, body });
    // Once aborted, fetch() opens a connection on which it sends nothing, and any server waits for that when it closes.
    const askAndStall = () =>
      new Promise<IncomingMessage>((resolve, reject) => {
        request(url(), { method: 'POST', headers, agent: false }, resolve).once('error', reject).end(body);
      });

    beforeAll(async () => {
      host = await start(2);
      await storedIn(host);
    });
    afterAll(closeApps);

    it('has each event once', async () => {
      const lines = (await (await ask()).text()).trimEnd().split('\n');
      const ids = new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id));
      expect([lines.length, ids.size]).toEqual([COUNT, COUNT]);
    });

    it('that nobody reads, and those of clients that have gone, hold no connection', async () => {
      const stalled = await Promise.all(Array.from({ length: 6 }, askAndStall));
      expect(stalled.map(({ statusCode }) => statusCode)).toEqual(Array(6).fill(200));
      await delay(300);
      const answer = await host.client.log(newEvent());
      expect([answer.status, answer.ms < 2_000]).toEqual([200, true]);
      for (const answer of stalled) answer.destroy();
      expect((await host.client.get('/query/events?limit=1')).status).toBe(200);
    });

    if (engine.name !== 'SQLite') {
      it('whose database dies on the way is cut off, never a short file', async () => {
        const answer = await ask();
        const reader = answer.body!.getReader();
        await reader.read();
        await administer(engine.url, 'ALTER TABLE event_log_events RENAME TO gone');
        const read = async () => {
          while (!(await reader.read()).done);
        };
        await expect(read()).rejects.toThrow('terminated');
      });
    }
  });
});

import { TypeOrmModule } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { type BatchResult, EventEraser, EventLogModule, EventLogService, type ProblemDetails } from 'nestjs-event-log';
import { TypeOrmEventEraser, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { getDataSourceToken } from '@nestjs/typeorm';
import { type Client, clientOf } from '../utils/client.js';
import { ADAPTERS, closeApps, createApp } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newMessage } from '../utils/events.js';

const SITE = 'https://site.example';
const KEYS = [
  { id: 'reading', key: 'reading-key', kind: 'api', projectId: 'p' },
  { id: 'writing', key: 'writing-key', scopes: ['events:write'], projectId: 'p' },
  { id: 'web', key: 'web-key-1', kind: 'web', allowedOrigins: [SITE], projectId: 'p' },
] as const;
const GONE = 'The event with this id was erased on the request of a person; it is not stored again';

describeEngines('an id that was erased', (engine) => {
  describe.each(ADAPTERS)('on %s', (adapter) => {
    let client: Client;
    let service: EventLogService;
    let eraser: EventEraser;

    beforeAll(async () => {
      const host = await createApp(adapter, {
        imports: [
          TypeOrmModule.forRoot({ ...dataSourceOptions(engine.url), autoLoadEntities: true }),
          EventLogModule.forRoot({ apiKeys: [...KEYS], storage: typeOrmStorage() }),
        ],
      });
      client = clientOf(host.url, 'reading-key');
      service = host.app.get(EventLogService, { strict: false });
      eraser = new TypeOrmEventEraser(host.app.get(getDataSourceToken(), { strict: false }));
    });
    afterAll(closeApps);

    /** One that was stored and erased, as it was sent. */
    const erased = async () => {
      const event = newMessage({ id: randomUUID(), userProperties: { userId: 'u' } });
      expect((await client.log(event)).status).toBe(200);
      await eraser.erase([{ id: event.id, projectId: 'p' }], randomUUID());
      return event;
    };

    it('is 410 for a key that reads, whatever the content, and a new event for another project', async () => {
      const event = await erased();
      for (const sent of [event, { ...event, type: 'another' }]) {
        const answer = await client.log(sent);
        expect(answer.status).toBe(410);
        expect(answer.json()).toMatchObject({ title: 'Gone', status: 410, code: 'gone', detail: GONE });
        expect(answer.text).not.toContain(event.id);
      }
      const { event: elsewhere } = await service.log(event, { projectId: 'q' });
      expect(elsewhere).toMatchObject({ id: event.id, projectId: 'q' });
    });

    it('is 409 as one that is taken for keys that only write, so that a page can not find out who is gone', async () => {
      const event = await erased();
      const taken = newMessage({ id: randomUUID() });
      await client.log(taken);
      const textOf = async (id: string, key: string) => {
        const headers = key === 'web-key-1' ? { origin: SITE } : undefined;
        const answer = await client.log({ ...event, id }, { key, headers });
        expect(answer.status).toBe(409);
        return { ...answer.json<ProblemDetails>(), requestId: 'any' };
      };
      for (const key of ['writing-key', 'web-key-1']) {
        expect(await textOf(event.id, key)).toEqual(await textOf(taken.id, key));
      }
      const beacon = await client.beacon(event, { key: 'web-key-1', headers: { origin: SITE } });
      expect(beacon.status).toBe(409);
    });

    it('is refused alone in a batch, which stores the others', async () => {
      const event = await erased();
      const others = [newMessage({ id: randomUUID() }), newMessage({ id: randomUUID() })];
      const { results, ...counts } = (await client.batch([others[0], event, others[1], event])).json<BatchResult>();
      expect(counts).toEqual({ stored: 2, replayed: 0, refused: 2 });
      expect(results.map(({ status }) => status)).toEqual([200, 410, 200, 410]);
      expect(results[1]).toMatchObject({ retryable: false, problem: { status: 410, detail: GONE } });
    });

    it('throws GoneException from log(), and from logMany() with its place, which stores the others', async () => {
      const event = await erased();
      const scope = { projectId: 'p' };
      await expect(service.log(event, scope)).rejects.toMatchObject({ status: 410, message: GONE });
      const other = newMessage({ id: randomUUID() });
      await expect(service.logMany([other, event], scope)).rejects.toMatchObject({
        status: 410,
        errors: [{ pointer: '#/1/id' }],
      });
      expect((await service.log(other, scope)).replayed).toBe(true);
      const taken = { ...other, type: 'another' };
      await expect(service.logMany([event, taken], scope)).rejects.toMatchObject({
        status: 409,
        errors: [{ pointer: '#/0/id' }, { pointer: '#/1/id' }],
      });
    });
  });
});

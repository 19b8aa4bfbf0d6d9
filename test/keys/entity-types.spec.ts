import { EventLogService, type ProblemDetails } from 'nestjs-event-log';
import { ApiKeyEntity, ApiKeyService } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { clientOf, type SendOptions } from '../utils/client.js';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { dataSourceOptions, undoMigrations } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newEvent, newMessage } from '../utils/events.js';
import { startTypeOrmHost } from '../utils/typeorm-host.js';

const REFUSAL = 'The key may not log events of this entity type';
const ORDER = { entityType: 'order', type: 't' };

afterEach(closeApps);

describeEngines('A key that is held to entity types', (engine) => {
  describe.each(ADAPTERS)('on %s', (adapter) => {
    /** A host, and keys that are held to searches: those that were made and the ones of the options. */
    async function start() {
      const web = { kind: 'web', allowedOrigins: ['*'], entityTypes: ['search'] } as const;
      const apiKeys = [{ id: 'configured', key: 'configured-web-key', ...web }];
      const { url, app, keys } = await startTypeOrmHost(adapter, engine.url, { module: { apiKeys } });
      const { text } = await keys.create({ name: 'held', kind: 'api', entityTypes: ['search'] });
      const made = await keys.create({ name: 'page', ...web });
      return { client: clientOf(url), app, keys: [apiKeys[0].key, made.text, text], webKeys: [apiKeys[0].key, made.text] };
    }

    it('logs these types, and others are refused with 403 before their fields are checked', async () => {
      const { client, keys } = await start();
      for (const key of keys) {
        expect((await client.log(newEvent(), { key })).status).toBe(200);
        for (const event of [newMessage(), { entityType: 'message' }]) {
          const answer = await client.log(event, { key });
          expect([answer.status, answer.json<ProblemDetails>().detail]).toEqual([403, REFUSAL]);
        }
      }
    });

    it('gets 422 with the names of all types for one that there is not', async () => {
      const { client, keys } = await start();
      for (const key of keys) {
        const answer = await client.log(ORDER, { key });
        const detail = 'entityType must be one of message, conversation, search';
        expect([answer.status, answer.json<ProblemDetails>().errors]).toEqual([422, [{ pointer: '#/entityType', detail }]]);
      }
    });

    it('is held to them in beacons too', async () => {
      const { client, webKeys } = await start();
      const send = async (event: object, options: SendOptions) => (await client.beacon(event, options)).status;
      for (const key of webKeys) {
        expect([await send(newEvent(), { key }), await send(newMessage(), { key }), await send(ORDER, { key })]).toEqual([
          204, 403, 422,
        ]);
      }
    });

    it('has its match in the scope of log()', async () => {
      const { app } = await start();
      const eventLog = app.get(EventLogService, { strict: false });
      const scope = { entityTypes: ['search'] };
      expect((await eventLog.log(newEvent(), scope)).replayed).toBe(false);
      expect((await eventLog.log(newMessage(), { entityTypes: null })).replayed).toBe(false);
      for (const logging of [eventLog.log(newMessage(), scope), eventLog.logMany([newEvent(), newMessage()], scope)]) {
        await expect(logging).rejects.toMatchObject({ status: 403, message: REFUSAL });
      }
    });
  });
});

describeEngines('The table of keys', (engine) => {
  /** A key as the version before makes it, whose statements don't name the column. */
  const rowOf = (id: string) => ({
    ...{ id, digest: id.padEnd(64, '0'), prefix: 'evl_api_', name: id, kind: 'api', scopes: '["events:write"]' },
    created_at: '2026-01-02T03:04:05.678Z',
  });

  async function insert(dataSource: DataSource, fields: Record<string, string>) {
    const values = Object.values(fields).map((value) => `'${value}'`);
    await dataSource.query(`INSERT INTO event_log_api_keys (${Object.keys(fields).join()}) VALUES (${values.join()})`);
  }

  it('takes keys of processes of the version before, ahead of the migration and after it, as keys of all types', async () => {
    const dataSource = await new DataSource(dataSourceOptions(engine.url)).initialize();
    try {
      await undoMigrations(dataSource, 'AddEventLogKeyEntityTypes1767571200000');
      await insert(dataSource, rowOf('earlier'));
      await dataSource.runMigrations();
      await insert(dataSource, rowOf('later'));
      const keys = await new ApiKeyService(dataSource).list();
      expect(keys.map(({ id, entityTypes, unreadable }) => [id, entityTypes, unreadable])).toEqual([
        ['earlier', null, undefined],
        ['later', null, undefined],
      ]);
      const { key } = await new ApiKeyService(dataSource).create({ name: 'n', kind: 'api', entityTypes: ['search'] });
      expect(await dataSource.getRepository(ApiKeyEntity).findOneBy({ id: key.id })).toMatchObject({ entityTypes: ['search'] });
    } finally {
      await dataSource.destroy();
    }
  });
});

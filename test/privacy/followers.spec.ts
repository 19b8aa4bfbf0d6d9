import { getDataSourceToken, TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { erasedIdDigest, type StoredEvent } from 'nestjs-event-log';
import { type ErasedEvent, EventConsumer } from 'nestjs-event-log/consumers';
import { EventLogRetentionModule, EventPrivacyService } from 'nestjs-event-log/retention';
import { eventLogConsumerMigrations, eventLogMigrations, TypeOrmEventEraser, typeOrmStorage } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import { startConsumers } from '../consumers/host.js';
import { closeAll, SECRET, startReceiver, verified } from '../consumers/webhooks/receiver.js';
import { clientOf } from '../utils/client.js';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newMessage } from '../utils/events.js';
import { until } from '../utils/until.js';

const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations];

interface Payload {
  type: string;
  data: { events: (StoredEvent & ErasedEvent)[] };
}

describeEngines('What follows the log', (engine) => {
  it.each(ADAPTERS)('is told over HTTP and in process of what was erased and what was anonymized, on %s', async (adapter) => {
    const told: unknown[] = [];
    @EventConsumer({ name: 'copy' })
    class Copy {
      handle(events: readonly StoredEvent[]): void {
        for (const { id } of events) told.push(['stored', id]);
      }
      erase(events: readonly ErasedEvent[]): void {
        for (const { idDigest } of events) told.push(['erased', idDigest]);
      }
      change(events: readonly StoredEvent[]): void {
        for (const { id, properties, userProperties } of events) told.push(['changed', id, properties, userProperties]);
      }
    }
    const receiver = await startReceiver();
    const entityPrefix = `${adapter}_`;
    const options = { migrations, entityPrefix, migrationsTableName: `${adapter}_migrations` };
    const source = { ...dataSourceOptions(engine.url, options), retryAttempts: 0 } as TypeOrmModuleOptions;
    const { app, url } = await startConsumers([Copy], {
      adapter,
      storage: typeOrmStorage(),
      imports: [TypeOrmModule.forRoot(source), EventLogRetentionModule.forRoot({ anonymize: ['properties.text'] })],
      webhooks: { endpoints: [{ id: 'crm', url: receiver.url, secret: SECRET }], allowPrivateAddresses: true },
    });
    const client = clientOf(url, 'key-of-the-host');
    const sent = ['ann', 'bob', 'eve'].map((userId) =>
      newMessage({ id: `of ${userId}`, properties: { text: 'SECRET', n: 1 }, userProperties: { userId } }),
    );
    for (const event of sent) expect((await client.log(event)).status).toBe(200);
    const privacy = app.get(EventPrivacyService, { strict: false });
    await privacy.erase({ userId: 'ann' });
    await privacy.erase({ userId: 'bob' }, { mode: 'anonymize' });

    const delivered = () => receiver.received.map((one) => verified<Payload>(one));
    const types = () => new Set(delivered().map(({ type }) => type));
    await until('both are told', () => types().size === 3 && JSON.stringify(told).includes('changed'));
    const gone = erasedIdDigest('of ann');
    expect(told.slice(-2)).toEqual([
      ['erased', gone],
      ['changed', 'of bob', { n: 1 }, null],
    ]);
    const seen = told.slice(0, -2).map((one) => (one as [string, string])[1]);
    // Of what was erased before it was read, there is only that.
    expect([
      ['of ann', 'of bob', 'of eve'],
      ['of bob', 'of eve'],
    ]).toContainEqual(seen);
    const eventsOf = (type: string) => delivered().flatMap((payload) => (payload.type === type ? payload.data.events : []));
    expect(eventsOf('events.erased')).toEqual([{ idDigest: gone, projectId: null }]);
    expect(eventsOf('events.changed')).toMatchObject([{ id: 'of bob', properties: { n: 1 }, userProperties: null }]);

    const dataSource = app.get<DataSource>(getDataSourceToken(), { strict: false });
    const key = { id: 'of bob', projectId: null };
    expect(await new TypeOrmEventEraser(dataSource).purge([key])).toBe(1);
    const noted = `SELECT id, id_digest AS digest FROM ${entityPrefix}event_log_erasures WHERE kind = 'anonymized'`;
    expect(await dataSource.query(noted)).toEqual([{ id: null, digest: erasedIdDigest('of bob') }]);
    expect((await client.log(sent[1])).status).toBe(409);
    expect((await client.log(newMessage({ id: 'last' }))).status).toBe(200);
    await until('what comes after it is told', () => JSON.stringify(told.at(-1)) === '["stored","last"]');
    expect(told.slice(-2)).toEqual([
      ['changed', 'of bob', { n: 1 }, null],
      ['stored', 'last'],
    ]);
    await closeApps();
    await closeAll();
  });
});

import { TypeOrmModule } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLogModule, type EventLogExtras } from 'nestjs-event-log';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { ApiKeyService, typeOrmApiKeys, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { ADAPTERS, type Adapter, closeApps, createApp } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { ownTime } from '../utils/own-time.js';
import { until } from '../utils/until.js';
import { LiveClient } from './live-client.js';

const KEYS = [
  { id: 'all', key: 'key-of-no-project', kind: 'api' },
  { id: 'one', key: 'key-of-project-one', kind: 'api', projectId: 'p1' },
  { id: 'writer', key: 'key-that-writes', scopes: ['events:write'] },
] as const;
const [ALL, ONE, WRITER] = KEYS.map(({ key }) => key);

const clients: LiveClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await closeApps();
});

async function start(adapter: Adapter, databaseUrl?: string, more: Partial<EventLogExtras> = {}) {
  const storage = databaseUrl === undefined ? {} : { storage: typeOrmStorage() };
  const source =
    databaseUrl === undefined ? [] : [TypeOrmModule.forRoot({ ...dataSourceOptions(databaseUrl), retryAttempts: 0 })];
  const imports = [...source, EventLogModule.forRoot({ apiKeys: [...KEYS], ...storage, ...more }), EventLogQueryModule.forRoot()];
  const { app, url } = await createApp(adapter, { imports });
  return {
    app,
    log: async (fields: object = {}, key = ALL) => {
      const event = { id: randomUUID(), entityType: 'message', type: 't', messageId: 'm', projectId: 'p1', ...fields };
      const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
      const answer = await fetch(`${url}/events`, { method: 'POST', headers, body: JSON.stringify(event) });
      expect(answer.status).toBe(200);
      // Of a body that nobody reads, fetch() leaves a connection behind on which it sends nothing, and a server that closes waits for it.
      await answer.arrayBuffer();
      return event.id;
    },
    open: async (query = '', key: string = ALL, headers: Record<string, string> = {}) => {
      const client = await LiveClient.open(`${url}/query/live${query}`, key, headers);
      clients.push(client);
      if (client.response.statusCode === 200) await until('the stream has begun', () => client.lastId !== undefined);
      return client;
    },
  };
}

describe.each(ADAPTERS)('GET query/live on %s', (adapter) => {
  it('sends each event as it is stored, as on the wire, with its position as id', async () => {
    const host = await start(adapter);
    await host.log();
    const live = await host.open();
    expect(live.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-request-id': expect.any(String),
    });
    const ids = [await host.log({ properties: { a: ['é\n'] } }), await host.log()];
    expect(await live.untilReceived(2)).toEqual(ids);
    const [first] = live.received;
    expect(JSON.parse(first.data!)).toMatchObject({
      id: ids[0],
      messageId: 'm',
      properties: { a: ['é\n'] },
      userProperties: null,
    });
    expect(first.id).toMatch(/^[!-~]{1,64}$/);
  });

  it('goes on after Last-Event-ID, in the header or in the URL, without a gap or a repeated event', async () => {
    const host = await start(adapter);
    const first = await host.open();
    const ids = [await host.log()];
    await first.untilReceived(1);
    first.close();
    for (let i = 0; i < 5; i++) ids.push(await host.log());
    const [second, third] = [
      await host.open('', ALL, { 'Last-Event-ID': first.lastId! }),
      await host.open(`?lastEventId=${first.lastId}`),
    ];
    ids.push(await host.log());
    for (const live of [second, third]) expect(await live.untilReceived(6)).toEqual(ids.slice(1));
  });

  it('sends what the filters of the list and the key let pass, and nothing else', async () => {
    const host = await start(adapter);
    const [all, one, orders, other] = [
      await host.open(),
      await host.open('', ONE),
      await host.open('?type=order&userId=7'),
      await host.open('?projectId=p2', ONE),
    ];
    const foreign = await host.log({ projectId: 'p2' });
    const order = await host.log({ type: 'order', userProperties: { id: 7 } });
    const last = await host.log({ type: 'order', userProperties: { id: 8 } });
    expect(await all.untilReceived(3)).toEqual([foreign, order, last]);
    expect(await one.untilReceived(2)).toEqual([order, last]);
    expect(await orders.untilReceived(1)).toEqual([order]);
    await delay(100);
    expect([one.ids, orders.ids, other.ids]).toEqual([[order, last], [order], []]);
  });

  it.each([
    ['a Last-Event-ID that was never sent', '', { 'Last-Event-ID': 'x' }, ALL, 422, '?lastEventId'],
    ['a lastEventId beyond the end', '?lastEventId=99999', {}, ALL, 422, '?lastEventId'],
    ['an unknown parameter', '?limit=1', {}, ALL, 422, '?limit'],
    ['a time that is none', '?from=x', {}, ALL, 422, '?from'],
    ['a range that ends before it begins', '?from=2026-01-02&to=2026-01-01', {}, ALL, 422, '?from'],
    ['a key that only writes', '', {}, WRITER, 403, undefined],
    ['an unknown key', '', {}, 'x', 401, undefined],
  ])('answers %s with a problem', async (_what, query, headers: Record<string, string>, key, status, pointer) => {
    const host = await start(adapter);
    const live = await host.open(query, key, headers);
    await until('the answer has come', () => live.isClosed);
    const { response } = live;
    const body = JSON.parse(live.rest);
    expect([response.statusCode, body.status, body.errors?.[0].pointer]).toEqual([status, status, pointer]);
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('ends its streams when the host shuts down, which does not wait for them', async () => {
    const host = await start(adapter);
    const live = await host.open();
    const began = ownTime();
    await host.app.close();
    expect(ownTime() - began).toBeLessThan(3_000);
    await until('the stream is closed', () => live.isClosed);
  });

  it('tells a reader that falls behind so and leaves it, and the writer never waits; it goes on after its last event', async () => {
    const host = await start(adapter);
    const slow = await host.open();
    const quick = await host.open();
    slow.response.pause();
    const ids: string[] = [];
    // More than sockets and the process keep.
    for (let i = 0; i < 70; i++) ids.push(await host.log({ properties: { text: 'x'.repeat(400_000) } }));
    expect(await quick.untilReceived(ids.length)).toEqual(ids);
    slow.response.resume();
    await until('the slow reader is left', () => slow.isClosed);
    expect(slow.received.at(-1)).toEqual({ event: 'gap', data: '{}' });
    expect(slow.ids.length).toBeLessThan(ids.length);
    const again = await host.open('', ALL, { 'Last-Event-ID': slow.lastId! });
    await again.untilReceived(ids.length - slow.ids.length);
    expect([...slow.ids, ...again.ids]).toEqual(ids);
  });

  it('refuses more than 100 readers at once, and takes others when some have gone', async () => {
    const host = await start(adapter);
    const open = await Promise.all(Array.from({ length: 100 }, () => host.open()));
    const { response } = await host.open();
    expect([response.statusCode, Number(response.headers['retry-after']) > 0]).toEqual([503, true]);
    open[0].close();
    await until('there is room', async () => (await host.open()).response.statusCode === 200);
  });
});

// On all at once, as it takes so long.
it('GET query/live sends a comment after 15 s in which nothing was stored, on each adapter', async () => {
  await Promise.all(
    ADAPTERS.map(async (adapter) => {
      const host = await start(adapter);
      const live = await host.open();
      const before = live.comments.length;
      await delay(15_500);
      expect(live.comments.length).toBe(before + 1);
      expect(live.isClosed).toBe(false);
    }),
  );
});

describeEngines('GET query/live', (engine) => {
  it.each(ADAPTERS)('sends what another instance stores on %s', async (adapter) => {
    const [here, there] = [await start(adapter, engine.url), await start(adapter, engine.url)];
    const live = await here.open();
    for (let count = 1; count <= 3; count++) {
      const id = await there.log();
      expect((await live.untilReceived(count)).at(-1)).toBe(id);
    }
    const id = await here.log();
    expect((await live.untilReceived(4)).at(-1)).toBe(id);
  });

  it('goes on at another instance after the one that it was fed by is gone', async () => {
    const [here, there] = [await start('express', engine.url), await start('fastify', engine.url)];
    const first = await here.open();
    const ids = [await there.log(), await here.log()];
    expect((await first.untilReceived(2)).toSorted()).toEqual(ids.toSorted());
    await here.app.close();
    await until('the stream is closed', () => first.isClosed);
    const later = [await there.log(), await there.log()];
    const second = await there.open('', ALL, { 'Last-Event-ID': first.lastId! });
    expect(await second.untilReceived(2)).toEqual(later);
  });

  it('ends within seconds of the expiry of its key', async () => {
    const host = await start('express', engine.url, { keyStore: typeOrmApiKeys() });
    const keys = host.app.get(ApiKeyService, { strict: false });
    const { text } = await keys.create({ name: 'reader', kind: 'api', expiresAt: new Date(Date.now() + 1_500) });
    const live = await host.open('', text);
    const began = ownTime();
    await until('the stream is closed', () => live.isClosed);
    expect(ownTime() - began).toBeLessThan(6_000);
  });

  it('ends within seconds of the revocation of its key', async () => {
    const host = await start('express', engine.url, { keyStore: typeOrmApiKeys({ cacheTtl: 500 }) });
    const keys = host.app.get(ApiKeyService, { strict: false });
    const { text, key } = await keys.create({ name: 'reader', kind: 'api' });
    const live = await host.open('', text);
    const other = await host.open();
    await keys.revoke(key.id);
    await until('the stream is closed', () => live.isClosed);
    expect(other.isClosed).toBe(false);
  });

  it('loses and repeats nothing for a reader that comes and goes while events are stored', async () => {
    const host = await start('fastify', engine.url);
    let live = await host.open();
    const seen: string[] = [];
    const logged: string[] = [];
    const logging = (async () => {
      for (let i = 0; i < 150; i++) logged.push(await host.log());
    })();
    for (let round = 0; round < 10; round++) {
      await delay(40);
      live.close();
      seen.push(...live.ids);
      live = await host.open('', ALL, { 'Last-Event-ID': live.lastId! });
    }
    await logging;
    await until('all have come', () => seen.length + live.ids.length >= logged.length);
    seen.push(...live.ids);
    expect(seen.toSorted()).toEqual(logged.toSorted());
  });
});

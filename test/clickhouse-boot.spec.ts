import { EventLogModule } from 'nestjs-event-log';
import { clickHouseReader, EventLogClickHouseModule } from 'nestjs-event-log/clickhouse';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { closeApps, createApp } from './utils/create-app.js';
import { freePort } from './utils/free-port.js';

const log = EventLogModule.forRoot({ apiKeys: [{ id: 'a', key: 'key-of-the-host', kind: 'api' }] });
const headers = { Authorization: 'Bearer key-of-the-host', 'Content-Type': 'application/json' };
const event = JSON.stringify({ id: 'a', entityType: 'search', searchQuery: 'q', type: 't' });

afterEach(closeApps);

describe('EventLogClickHouseModule', () => {
  it.each([
    [{}, 'Expected either `url` or `client`'],
    [{ url: 'clickhouse:9000' }, "Expected `url` to be the HTTP interface of ClickHouse, such as 'http://127.0.0.1:8123'"],
    [{ url: 'http://h:8123/events' }, 'Expected `url` to have no path: the database is named by `database`'],
    [{ client: () => undefined as never }, 'Expected `client` of EventLogClickHouseModule to make a ClickHouseClient'],
    [
      { url: 'http://h', database: 'a-b' },
      "Expected `database` to be a letter, then letters, digits and '_', 63 at most, got 'a-b'",
    ],
    [{ url: 'http://h', database: 'system' }, "Expected `database` to be one of the copy's own, got 'system'"],
    [{ url: 'http://h', cluster: 'a`b' }, 'Expected `cluster` to be a letter'],
    [{ url: 'http://h', materialize: ["properties.it's"] }, "Expected a path of `materialize` to be such as 'properties.url'"],
    [{ url: 'http://h', materialize: ['url'] }, "got 'url'"],
    [{ url: 'http://h', rules: [{ keepFor: '90m' }] }, 'Expected `rules[0].keepFor` to be a duration'],
    [{ url: 'http://h', adress: 'x' }, 'Unknown option `adress`'],
  ])('refuses to boot with %j', async (options, message) => {
    const imports = [log, EventLogClickHouseModule.forRoot(options)];
    await expect(createApp('express', { imports })).rejects.toThrow(message);
  });

  it('shows no password of a url that is none', async () => {
    const imports = [log, EventLogClickHouseModule.forRoot({ url: 'htp://user:SECRET@h' })];
    const error = await createApp('express', { imports }).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('got another text');
    expect(String(error)).not.toContain('SECRET');
  });

  it('without options says what to import', async () => {
    const imports = [log, EventLogClickHouseModule];
    await expect(createApp('express', { imports })).rejects.toThrow('EventLogClickHouseModule.forRoot({ url })');
  });

  it('is named where a module reads from a copy and nobody makes one', async () => {
    const imports = [log, EventLogQueryModule.forRoot({ reader: clickHouseReader() })];
    await expect(createApp('express', { imports })).rejects.toThrow('EventLogClickHouseModule.forRoot({ url })');
  });

  it.each([
    [{ fallback: 'log' as 'storage' }, "Expected `fallback` to be 'none' or 'storage', got 'log'"],
    [{ maxLag: 0 }, 'Expected `maxLag` to be an integer'],
  ])('has a reader that takes no %j', (options, message) => {
    expect(() => clickHouseReader(options)).toThrow(message);
  });
});

describe.each(['express', 'fastify'] as const)('While ClickHouse is down, a host on %s', (adapter) => {
  it('boots, takes events and says 503 to those who read, or answers from the log', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    for (const fallback of ['none', 'storage'] as const) {
      const imports = [
        log,
        EventLogClickHouseModule.forRoot({ url }),
        EventLogQueryModule.forRoot({ reader: clickHouseReader({ fallback }) }),
      ];
      const host = await createApp(adapter, { imports });
      expect((await fetch(`${host.url}/events`, { method: 'POST', headers, body: event })).status).toBe(200);
      const answer = await fetch(`${host.url}/query/events`, { headers });
      expect(answer.status).toBe(fallback === 'none' ? 503 : 200);
      const { data, asOf } = (await answer.json()) as { data?: unknown[]; asOf?: string };
      expect([data?.length, asOf]).toEqual(fallback === 'none' ? [undefined, undefined] : [1, undefined]);
      await host.app.close();
    }
  });
});

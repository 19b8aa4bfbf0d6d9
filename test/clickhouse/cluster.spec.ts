import { setTimeout as delay } from 'node:timers/promises';
import { EventRepository, InMemoryEventEraser, InMemoryEventReader } from 'nestjs-event-log';
import { describeEventReader } from 'nestjs-event-log/testing';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { toEventRow } from '../../lib/clickhouse/event-row.js';
import { ClickHouseEventReader } from '../../lib/clickhouse/reading/clickhouse-event.reader.js';
import { closeApps } from '../utils/create-app.js';
import { newRecord } from '../utils/events.js';
import { ClickHouseCluster, describeCluster } from './clickhouse-cluster.js';
import { startCopyHost } from './copy-host.js';
import { CopyingRepository } from './copying-repository.js';
import { newDatabase, openTables } from './engine.js';
import { writeUntil } from './write-until.js';

const KILLS = Number(process.env.KILLS ?? 4);
const DAY = 86_400_000;

describeCluster('A copy on a cluster of two shards', () => {
  let cluster: ClickHouseCluster;
  let clickHouse: ClickHouse;
  let repository: CopyingRepository;

  beforeAll(async () => {
    cluster = await ClickHouseCluster.start();
    clickHouse = await openTables(cluster.options);
    repository = new CopyingRepository(clickHouse);
  });

  afterAll(async () => {
    await clickHouse.onApplicationShutdown();
    await cluster.stop();
  });

  afterEach(() => closeApps());

  function startHost() {
    return startCopyHost({ database: newDatabase(), clickHouse: cluster.options });
  }

  /** What each shard has, and both together. */
  async function rowsOf(of: ClickHouse) {
    const { events } = of.schema;
    const [all] = await of.read({ sql: `SELECT count() AS rows, uniqExact(id) AS ids FROM ${events}`, values: [] });
    const byShard = `SELECT _shard_num AS shard, count() AS rows FROM ${events} GROUP BY shard ORDER BY shard`;
    const shards = await of.read({ sql: byShard, values: [] });
    return { ...all, shards: shards.map(({ rows }) => Number(rows)) };
  }

  describeEventReader('ClickHouseEventReader on a cluster', () => ({
    repository,
    reader: new ClickHouseEventReader(clickHouse),
  }));

  it('has each event on one shard, once, also where a batch is sent again by way of the other server', async () => {
    const tables = await openTables(cluster.options);
    const receivedAt = (index: number) => new Date(Date.now() - (index % 3) * DAY).toISOString();
    const records = Array.from({ length: 300 }, (_one, index) => newRecord({ receivedAt: receivedAt(index) }));
    const rows = records.map((record) => toEventRow(record, record.receivedAt));
    for (let time = 0; time < 4; time++) await tables.insert(tables.schema.events, rows, 'one token');
    const { shards, ...all } = await rowsOf(tables);
    expect(all).toEqual({ rows: 300, ids: 300 });
    expect(shards).toHaveLength(2);
    expect(Math.min(...shards)).toBeGreaterThan(50);
    await tables.insert(tables.schema.events, rows, 'another token');
    expect(await rowsOf(tables)).toMatchObject({ rows: 600, ids: 300 });
    await tables.onApplicationShutdown();
  });

  it('gets columns later, and has in them what was inserted before and after', async () => {
    const database = newDatabase();
    const first = await openTables({ ...cluster.options, database });
    const insert = (of: ClickHouse, url: string) => {
      const record = newRecord({ properties: { url } });
      return of.insert(of.schema.events, [toEventRow(record, record.receivedAt)], url);
    };
    for (const page of ['a', 'b', 'c', 'd']) await insert(first, page);
    const second = await openTables({
      ...cluster.options,
      database,
      materialize: ['properties.url'],
      rules: [{ keepFor: '1y' }],
    });
    for (const page of ['e', 'f', 'g', 'h']) await insert(second, page);
    const [{ column }] = second.settings.materialize;
    const sql = `SELECT ${column} AS url, JSONExtractRaw(properties, 'url') AS read FROM ${second.schema.events} ORDER BY url`;
    const rows = await second.read({ sql, values: [] });
    expect(rows).toEqual([...'abcdefgh'].map((page) => ({ url: `"${page}"`, read: `"${page}"` })));
    const names = {
      sql: "SELECT create_table_query AS sql FROM system.tables WHERE name = 'event_log_event_parts' AND database = {p1:String}",
      values: [database],
    };
    // One server is asked after the other.
    for (let server = 0; server < 2; server++) expect((await second.read(names))[0].sql).toContain(' TTL ');
    await first.onApplicationShutdown();
    await second.onApplicationShutdown();
  });

  it('follows the log of a host, what is erased and changed there included', async () => {
    const { app, client, copied, copy, events, clickHouse: tables } = await startHost();
    const ids = Array.from({ length: 5_000 }, (_one, index) => `event ${index}`);
    const userProperties = { userId: 'Ada Lovelace' };
    await Promise.all(ids.map((id) => events.log({ id, entityType: 'message', type: 't', messageId: 'm', userProperties })));
    await copied();
    expect(await rowsOf(tables)).toMatchObject({ rows: 5_000, ids: 5_000 });
    const log = app.get(EventRepository, { strict: false });
    const eraser = new InMemoryEventEraser(log);
    const keys = ids.slice(10).map((id) => ({ id, projectId: null }));
    await eraser.erase(keys.slice(0, 2_500), 'a request');
    await eraser.erase(keys.slice(2_500), 'a request');
    const reader = new InMemoryEventReader(log);
    const kept = (await Promise.all(ids.slice(0, 10).map((id) => reader.find(id, {}, { timeoutMs: 1_000 })))).flat();
    await eraser.anonymize(
      kept.map((event) => ({ ...event, userProperties: null })),
      'a request',
    );
    await copied();
    const { data } = (await client.get('/query/events?limit=50')).json<{ data: { id: string; userProperties: null }[] }>();
    expect(data.map(({ id }) => id).sort()).toEqual(ids.slice(0, 10));
    expect(data.every((event) => event.userProperties === null)).toBe(true);
    expect(await rowsOf(tables)).toMatchObject({ rows: 10, ids: 10 });
    expect((await copy.compare()).filter(({ stored, copied: there }) => stored !== there)).toEqual([]);
  });

  it(
    'answers whole or with 503, and has each event once, however often a shard is killed',
    async () => {
      const { ask, copied, copy, events, clickHouse: tables } = await startHost();
      await copied();
      const writing = new AbortController();
      const writer = writeUntil(writing.signal, events);
      const statuses = new Set<number>();
      const counts: number[] = [];
      const asker = (async () => {
        for (; !writing.signal.aborted; await delay(50)) {
          const answer = await ask('/query/events', { select: [{ type: 'aggregation', aggregation: 'count' }] });
          statuses.add(answer.status);
          if (answer.status === 200) counts.push(answer.json<{ data: { result: [{ count: number }] } }>().data.result[0].count);
        }
      })();
      for (let kill = 0; kill < KILLS; kill++) {
        const server = cluster.servers[kill % 2];
        await delay(1_000 + Math.random() * 1_000);
        await server.kill();
        await delay(500);
        await cluster.restart(server);
      }
      await delay(1_500);
      writing.abort();
      const [written] = await Promise.all([writer, asker]);
      await copied();
      expect(await rowsOf(tables)).toMatchObject({ rows: written, ids: written });
      expect((await copy.compare()).filter(({ stored, copied: there }) => stored !== there)).toEqual([]);
      expect([...statuses].sort()).toEqual([200, 503]);
      // An answer without one of the shards would have fewer than the one before.
      expect(counts).toEqual([...counts].sort((one, other) => one - other));
    },
    KILLS * 15_000 + 120_000,
  );
});

import { newRecord } from '../utils/events.js';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { toEventRow } from '../../lib/clickhouse/event-row.js';
import { ClickHouseEventReader } from '../../lib/clickhouse/reading/clickhouse-event.reader.js';
import { migrate, versionOf } from '../../lib/clickhouse/schema/migrate.js';
import { fulfilWishes } from '../../lib/clickhouse/schema/schema-wishes.js';
import type { EventLogClickHouseOptions } from '../../lib/clickhouse/clickhouse-options.interface.js';
import { describeClickHouse, dropDatabase, newDatabase, openClickHouse } from './engine.js';

describeClickHouse('The tables of the copy', () => {
  const database = newDatabase();
  const opened: ClickHouse[] = [];

  afterAll(async () => {
    await dropDatabase(await openClickHouse({ database }));
    for (const clickHouse of opened) await clickHouse.onApplicationShutdown();
  });

  async function open(options: EventLogClickHouseOptions = {}): Promise<ClickHouse> {
    const clickHouse = await openClickHouse({ database, ...options });
    opened.push(clickHouse);
    return clickHouse;
  }

  async function definitionOf(clickHouse: ClickHouse): Promise<string> {
    const sql = `SELECT create_table_query AS q FROM system.tables WHERE database = {p1:String} AND name = 'event_log_events'`;
    const [{ q }] = await clickHouse.read({ sql, values: [database] });
    return String(q);
  }

  it('are made once, and are what they were after migrations have run again', async () => {
    const clickHouse = await open();
    expect(await migrate(clickHouse)).toEqual(['events and progress']);
    const before = await definitionOf(clickHouse);
    expect(await migrate(clickHouse)).toEqual([]);
    expect(await definitionOf(clickHouse)).toBe(before);
    expect(await versionOf(clickHouse)).toBe(1);
    expect(before).toMatch(/ReplacingMergeTree PARTITION BY toYYYYMMDD\(.*\) ORDER BY \(project_key, created_at, id\)/);
  });

  it('get a column for each path that is new, which also has what was there before', async () => {
    const plain = await open();
    await migrate(plain);
    const event = newRecord({ properties: { url: '/pricing', big: 1e20 } });
    await plain.insert(plain.schema.events, [toEventRow(event, event.receivedAt)], 'one');
    const clickHouse = await open({ materialize: ['properties.url', 'userProperties.plan'] });
    const [url] = clickHouse.settings.materialize;
    const sql = `SELECT ${url.column} AS url FROM ${clickHouse.schema.events}`;
    const question = {
      scope: {},
      where: { operand: { field: 'properties', path: ['url'] }, operator: 'in', values: ['/pricing'] },
      limit: 10,
    } as const;
    const found = () => new ClickHouseEventReader(clickHouse).list(question, { timeoutMs: 10_000 });
    const expected = { events: [expect.objectContaining({ id: event.id, properties: { url: '/pricing', big: 1e20 } })] };

    // Until then, who reads goes without.
    await expect(clickHouse.read({ sql, values: [] })).rejects.toMatchObject({ code: '47' });
    expect(await found()).toMatchObject(expected);
    await migrate(clickHouse);
    await fulfilWishes(clickHouse);
    expect(await clickHouse.read({ sql, values: [] })).toEqual([{ url: '"/pricing"' }]);
    expect(await found()).toMatchObject(expected);
  });
});

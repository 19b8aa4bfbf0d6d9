import type { ClickHouseClient } from '@clickhouse/client';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { ClickHouseSettings } from '../../lib/clickhouse/clickhouse-settings.js';
import type { EventLogClickHouseOptions } from '../../lib/clickhouse/clickhouse-options.interface.js';
import { toEventRow } from '../../lib/clickhouse/event-row.js';
import { newRecord } from '../utils/events.js';
import { ClickHouseCluster, describeCluster } from './clickhouse-cluster.js';
import { newDatabase, openTables } from './engine.js';

describeCluster('The tables of a cluster', () => {
  let cluster: ClickHouseCluster;
  let database: string;
  let opened: ClickHouse[];
  let asked: string[];

  beforeAll(async () => {
    cluster = await ClickHouseCluster.start();
  });

  afterAll(() => cluster.stop());

  beforeEach(() => {
    [database, opened, asked] = [newDatabase(), [], []];
  });

  afterEach(async () => {
    for (const clickHouse of opened) await clickHouse.onApplicationShutdown();
  });

  /** The client of the cluster, that also tells what it was asked for. */
  function client(): ClickHouseClient {
    const all = cluster.client();
    const query = (params: Parameters<ClickHouseClient['query']>[0]) => {
      asked.push(params.query);
      return all.query(params);
    };
    return Object.assign(Object.create(all) as ClickHouseClient, { query });
  }

  async function open(options: EventLogClickHouseOptions = {}): Promise<ClickHouse> {
    const clickHouse = await openTables({ ...cluster.options, client, database, ...options });
    opened.push(clickHouse);
    return clickHouse;
  }

  it('are asked of all servers once, as one that is down would be waited for', async () => {
    const options = { materialize: ['properties.url'], rules: [{ keepFor: '1y' }] };
    await open(options);
    expect(asked.filter((statement) => statement.includes(' ON CLUSTER '))).not.toEqual([]);
    asked.length = 0;
    // Whichever server it asks.
    for (let time = 0; time < 3; time++) await open(options);
    expect(asked.filter((statement) => statement.includes(' ON CLUSTER '))).toEqual([]);
  });

  it('say which rules they have where each server knows it: a comment is not replicated', async () => {
    const { schema } = await open({ rules: [{ keepFor: '1y' }] });
    expect(asked).toContainEqual(expect.stringContaining(`ALTER TABLE ${schema.events} ON CLUSTER 'main' MODIFY COMMENT`));
  });

  it('get a column that one of the two lacks, as where adding it was cut off', async () => {
    const plain = await open();
    const [{ column, expression }] = new ClickHouseSettings({ client, materialize: ['properties.url'] }).materialize;
    await plain.change(
      `ALTER TABLE ${plain.schema.eventParts} ON CLUSTER 'main' ADD COLUMN ${column} LowCardinality(String) MATERIALIZED ${expression}`,
    );
    const clickHouse = await open({ materialize: ['properties.url'] });
    const record = newRecord({ properties: { url: '/pricing' } });
    await clickHouse.insert(clickHouse.schema.events, [toEventRow(record, record.receivedAt)], 'one');
    const sql = `SELECT ${column} AS url FROM ${clickHouse.schema.events}`;
    expect(await clickHouse.read({ sql, values: [] })).toEqual([{ url: '"/pricing"' }]);
  });
});

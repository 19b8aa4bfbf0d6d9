import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@clickhouse/client';
import { closeApps } from '../utils/create-app.js';
import { ClickHouseCluster, describeCluster } from './clickhouse-cluster.js';
import { startCopyHost } from './copy-host.js';
import { newDatabase } from './engine.js';

const COUNT = { type: 'aggregation', aggregation: 'count' };

describeCluster('A cluster whose servers answer in part, as their profiles say', () => {
  let cluster: ClickHouseCluster;

  afterEach(async () => {
    await closeApps();
    await cluster.stop();
  });

  async function startOn(profile: Readonly<Record<string, string>>) {
    cluster = await ClickHouseCluster.start(profile);
    const { ask, clickHouse, copied, events } = await startCopyHost({
      database: newDatabase(),
      clickHouse: cluster.options,
    });
    const ids = Array.from({ length: 100 }, (_one, index) => `event ${index}`);
    await Promise.all(ids.map((id) => events.log({ id, entityType: 'message', type: 't', messageId: 'm' })));
    await copied();
    return {
      /** What the module answers. */
      ask: (question: object) => ask('/query/events', question),
      /** What a client of no settings of its own is told by the first server. */
      told: async (grouping = '') => {
        const client = createClient({ url: cluster.servers[0].url });
        const query = `SELECT count() AS rows FROM ${clickHouse.schema.events} ${grouping}`;
        const answer = await client.query({ query, format: 'JSONEachRow' });
        const groups = await answer.json<{ rows: string }>();
        await client.close();
        return groups.map(({ rows }) => Number(rows));
      },
    };
  }

  it('is not asked to leave out a shard that is down', async () => {
    const { ask, told } = await startOn({ skip_unavailable_shards: '1' });
    await cluster.servers[1].kill();
    const [part] = await told();
    expect(part).toBeLessThan(100);
    const statuses = new Set<number>();
    // One server after the other is asked, and one of them is down.
    for (let time = 0; time < 10; time++) {
      statuses.add((await ask({ select: [COUNT] })).status);
      await delay(100);
    }
    expect([...statuses]).toEqual([503]);
  });

  it.each(['1', '2'])('is not asked for the groups of each shard by themselves (%s)', async (value) => {
    const { ask, told } = await startOn({ distributed_group_by_no_merge: value });
    expect(await told('GROUP BY type')).toHaveLength(2);
    const answer = await ask({ select: [{ type: 'field', field: 'type' }, COUNT], groupBy: [{ field: 'type' }] });
    expect(answer.json()).toMatchObject({ data: { result: [{ type: 't', count: 100 }] } });
  });
});

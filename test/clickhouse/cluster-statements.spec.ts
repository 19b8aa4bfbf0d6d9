import { CLICKHOUSE_MIGRATIONS, migrationsTable } from '../../lib/clickhouse/schema/migrations.js';
import { schemaOf } from '../../lib/clickhouse/schema/schema.js';
import { timeToLive } from '../../lib/clickhouse/schema/time-to-live.js';
import { ClickHouseSettings } from '../../lib/clickhouse/clickhouse-settings.js';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { describeClickHouse, dropDatabase, openClickHouse } from './engine.js';

const settings = new ClickHouseSettings({
  url: 'http://none',
  database: 'events',
  cluster: 'my-cluster',
  rules: [{ keepFor: '1y' }, { projectId: "it's", keepFor: '90d' }],
});

// The engine has no Keeper, so that it can only read what is asked of one; `cluster.spec.ts` runs the rest.
describeClickHouse('What makes the tables on a cluster', () => {
  const schema = schemaOf(settings);
  const statements = [
    migrationsTable(schema),
    ...CLICKHOUSE_MIGRATIONS.flatMap((migration) => migration.statements(schema)),
    `ALTER TABLE ${schema.eventParts}${schema.onCluster} MODIFY TTL ${timeToLive(settings.rules.all)} SETTINGS mutations_sync = 0`,
    `ALTER TABLE ${schema.eventParts}${schema.onCluster} DELETE WHERE (project_key, lower(hex(SHA256(id)))) IN (('a', 'b'))`,
  ];
  let clickHouse: ClickHouse;

  beforeAll(async () => {
    clickHouse = await openClickHouse();
  });

  afterAll(() => dropDatabase(clickHouse));

  it('is SQL of ClickHouse, for every server of it', async () => {
    for (const statement of statements) {
      const [{ text }] = await clickHouse.read({ sql: 'SELECT formatQuerySingleLine({p1:String}) AS text', values: [statement] });
      expect(text).toMatch(/ ON CLUSTER `my-cluster` /);
    }
  });

  it('keeps rows by shard, and what is said of the copy on all servers', () => {
    const [migrations, parts, all, progress] = statements;
    expect(parts).toContain(
      "ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/events/event_log_event_parts', '{replica}')",
    );
    expect(all).toContain("Distributed('my-cluster', events, event_log_event_parts, cityHash64(project_key, id))");
    for (const table of [migrations, progress]) expect(table).toContain("', '{shard}-{replica}'");
  });
});

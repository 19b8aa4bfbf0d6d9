import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { ClickHouseEventReader } from '../../lib/clickhouse/reading/clickhouse-event.reader.js';
import { hostileEvents, itWithstands } from '../reading/hostile-questions.js';
import { CopyingRepository } from './copying-repository.js';
import { describeClickHouse, dropDatabase, openTables } from './engine.js';

/** A run has four requests; 2,500 runs are 10⁴. */
const RUNS = Number(process.env.HOSTILE_RUNS ?? 500);

describeClickHouse('Hostile questions to ClickHouse', () => {
  let clickHouse: ClickHouse;

  beforeAll(async () => {
    clickHouse = await openTables({ materialize: ['properties.a'] });
    await new CopyingRepository(clickHouse).insert(hostileEvents());
  });

  afterAll(() => dropDatabase(clickHouse));

  const content = () =>
    clickHouse.read({ sql: `SELECT * FROM ${clickHouse.schema.events} ORDER BY project_key, id`, values: [] });

  itWithstands(() => ({ reader: new ClickHouseEventReader(clickHouse), content }), RUNS);
});

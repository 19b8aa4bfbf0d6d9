import { describeEventReader } from 'nestjs-event-log/testing';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { ClickHouseEventReader } from '../../lib/clickhouse/reading/clickhouse-event.reader.js';
import { migrate } from '../../lib/clickhouse/schema/migrate.js';
import { CopyingRepository } from './copying-repository.js';
import { describeClickHouse, dropDatabase, openClickHouse } from './engine.js';

describeClickHouse('Reading from ClickHouse', () => {
  let clickHouse: ClickHouse;
  let repository: CopyingRepository;

  beforeAll(async () => {
    clickHouse = await openClickHouse();
    await migrate(clickHouse);
    repository = new CopyingRepository(clickHouse);
  });

  afterAll(() => dropDatabase(clickHouse));

  describeEventReader('ClickHouseEventReader', () => ({ repository, reader: new ClickHouseEventReader(clickHouse) }));
});

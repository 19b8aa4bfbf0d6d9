import { describeEventReader } from 'nestjs-event-log/testing';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { ClickHouseEventReader } from '../../lib/clickhouse/reading/clickhouse-event.reader.js';
import { CopyingRepository } from './copying-repository.js';
import { describeClickHouse, dropDatabase, openTables } from './engine.js';

describeClickHouse('Reading from ClickHouse', () => {
  let clickHouse: ClickHouse;
  let repository: CopyingRepository;

  beforeAll(async () => {
    clickHouse = await openTables();
    repository = new CopyingRepository(clickHouse);
  });

  afterAll(() => dropDatabase(clickHouse));

  describeEventReader('ClickHouseEventReader', () => ({ repository, reader: new ClickHouseEventReader(clickHouse) }));
});

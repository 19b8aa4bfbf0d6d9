import { InMemoryEventReader, type EventReader } from 'nestjs-event-log';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { ClickHouseEventReader } from '../../lib/clickhouse/reading/clickhouse-event.reader.js';
import { itAnswersAsInMemory, sampleEvents } from '../reading/same-answers.js';
import { CopyingRepository } from './copying-repository.js';
import { describeClickHouse, dropDatabase, openTables } from './engine.js';

describeClickHouse('Reading from ClickHouse', () => {
  let clickHouse: ClickHouse;
  let reader: EventReader;
  let memory: EventReader;

  beforeAll(async () => {
    clickHouse = await openTables({ materialize: ['properties.a', 'userProperties.userId'] });
    const repository = new CopyingRepository(clickHouse);
    await repository.insert(sampleEvents());
    [reader, memory] = [new ClickHouseEventReader(clickHouse), new InMemoryEventReader(repository)];
  });

  afterAll(() => dropDatabase(clickHouse));

  itAnswersAsInMemory(() => ({ reader, memory }), 200);
});

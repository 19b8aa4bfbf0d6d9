import type { EventRecord, InsertOutcome } from 'nestjs-event-log';
import { InMemoryEventRepository } from 'nestjs-event-log';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { toEventRow } from '../../lib/clickhouse/event-row.js';

/** A store whose events are in ClickHouse as soon as they are stored: for tests of what is read. */
export class CopyingRepository extends InMemoryEventRepository {
  private inserts = 0;

  constructor(private readonly clickHouse: ClickHouse) {
    super();
  }

  override async insert(events: readonly EventRecord[]): Promise<InsertOutcome[]> {
    const outcomes = await super.insert(events);
    const stored = events.filter((_event, index) => isNew(outcomes[index]));
    const rows = stored.map((event) => toEventRow(event, event.receivedAt));
    await this.clickHouse.insert(this.clickHouse.schema.events, rows, `test ${this.inserts++}`);
    return outcomes;
  }
}

function isNew(outcome: InsertOutcome): boolean {
  return 'replayed' in outcome && !outcome.replayed;
}

import { Inject, Injectable } from '@nestjs/common';
import { ConsumerStore } from '../../storage/consumers/consumer.store.js';
import { EventFeed } from '../../storage/event-feed.js';
import type { EventReader } from '../../storage/event-reader.js';
import { EVENT_READER } from '../../storage/event-storage.js';
import type { BuildPart } from '../../storage/storage-part.js';
import { ClickHouse } from '../clickhouse.js';
import { ClickHouseEventReader } from '../reading/clickhouse-event.reader.js';
import { migrate } from '../schema/migrate.js';
import { COPY_NAME } from './clickhouse-copy.js';
import type { CopyReport, DayCount } from './copy-report.interface.js';
import { CopyProgress } from './copy-progress.js';
import { countsByDay } from './counts-by-day.js';

const MAX_LAG = 1_000_000;

/** Tells how far the copy in ClickHouse is. Each method rejects where ClickHouse or the store can't be reached. */
@Injectable()
export class ClickHouseCopyService {
  @Inject(ClickHouse) private readonly clickHouse!: ClickHouse;
  @Inject(EventFeed) private readonly feed!: EventFeed;
  @Inject(ConsumerStore) private readonly store!: ConsumerStore;
  @Inject(EVENT_READER) private readonly readerOfLog!: BuildPart<EventReader> | undefined;

  /** How far the copy is, and what its last try failed with. */
  async report(): Promise<CopyReport> {
    const last = await new CopyProgress(this.clickHouse).last();
    const [state] = await this.store.find([COPY_NAME]);
    const position = last?.until ?? (await this.feed.start('beginning'));
    return {
      asOf: last === undefined || last.asOf === 0 ? null : new Date(last.asOf).toISOString(),
      lagEvents: await this.feed.count(position, MAX_LAG),
      holder: state?.holder ?? null,
      lastError: state?.lastError ?? null,
      parkedEvents: (await this.store.parked(COPY_NAME)).length,
    };
  }

  /**
   * How many events of each day, in UTC by `createdAt`, the log and the copy have. While events are written, or copied, the last
   * ones may differ. Each is counted within `timeoutMs` milliseconds, or the count is refused with a `QueryRefusal`.
   */
  async compare(timeoutMs = 60_000): Promise<DayCount[]> {
    if (this.readerOfLog === undefined)
      throw new Error('The `storage` of EventLogModule has no `reader` to compare the copy with.');
    const copied = await countsByDay(new ClickHouseEventReader(this.clickHouse), timeoutMs);
    const stored = await countsByDay(await this.readerOfLog(), timeoutMs);
    const days = [...new Set([...stored.keys(), ...copied.keys()])].sort();
    return days.map((day) => ({ day, stored: stored.get(day) ?? 0, copied: copied.get(day) ?? 0 }));
  }

  /** Makes the tables, or brings them up to this version; the copy does it itself. Resolves to the names of what was done. */
  migrate(): Promise<string[]> {
    return migrate(this.clickHouse);
  }
}

import { ServiceUnavailableException } from '@nestjs/common';
import type { ConsumerStore } from '../../storage/consumers/consumer.store.js';
import type { EventFeed } from '../../storage/event-feed.js';
import type { EventReader } from '../../storage/event-reader.js';
import type { BuildPart } from '../../storage/storage-part.js';
import type { ClickHouse } from '../clickhouse.js';
import { isMissingTable, notAvailable } from '../clickhouse-error.js';
import { ClickHouseEventReader } from '../reading/clickhouse-event.reader.js';
import { migrate } from '../schema/migrate.js';
import { COPY_NAME } from './clickhouse-copy.js';
import { ClickHouseCopyService } from './clickhouse-copy.service.js';
import type { CopyReport, DayCount } from './copy-report.interface.js';
import { CopyProgress } from './copy-progress.js';
import { countsByDay } from './counts-by-day.js';

const MAX_LAG = 1_000_000;

/** Compares the copy with the store that it is made from. */
export class StoreCopyService extends ClickHouseCopyService {
  constructor(
    private readonly clickHouse: ClickHouse,
    private readonly feed: EventFeed,
    private readonly store: ConsumerStore,
    private readonly readerOfLog: BuildPart<EventReader> | undefined,
  ) {
    super();
  }

  override async report(): Promise<CopyReport> {
    const last = await new CopyProgress(this.clickHouse).seen().catch(unavailable);
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

  override async compare(timeoutMs = 60_000): Promise<DayCount[]> {
    if (this.readerOfLog === undefined)
      throw new Error('The `storage` of EventLogModule has no `reader` to compare the copy with.');
    const copied = await countsByDay(new ClickHouseEventReader(this.clickHouse), timeoutMs);
    const stored = await countsByDay(await this.readerOfLog(), timeoutMs);
    const days = [...new Set([...stored.keys(), ...copied.keys()])].sort();
    return days.map((day) => ({ day, stored: stored.get(day) ?? 0, copied: copied.get(day) ?? 0 }));
  }

  override migrate(): Promise<string[]> {
    return migrate(this.clickHouse).catch(unavailable);
  }
}

function unavailable(error: unknown): never {
  if (!isMissingTable(error)) throw notAvailable(error);
  throw new ServiceUnavailableException('The copy has no tables yet: run `clickhouse migrate`');
}

import { ServiceUnavailableException } from '@nestjs/common';
import { logger } from '../../diagnostics/logger.js';
import { RepeatedLines } from '../../diagnostics/repeated-lines.js';
import type { StoredEvent } from '../../events/event.interface.js';
import { EventReader } from '../../storage/event-reader.js';
import type {
  EventListing,
  EventPage,
  EventQuery,
  KeyCount,
  KeyQuery,
  QueryResult,
  ReadOptions,
  ReadScope,
} from '../../storage/reading/event-query.interface.js';
import type { ClickHouse } from '../clickhouse.js';
import { ClickHouseEventReader } from './clickhouse-event.reader.js';
import { CopyFreshness } from './copy-freshness.js';

/** How long ClickHouse is not asked after it could not be reached, where others answer: each try may take its time. */
const REST_MS = 5_000;

const lines = new RepeatedLines((line) => logger.warn(line));

/** Reads the copy while it is fresh enough; else the log itself, or nothing. */
export class CopiedEventReader extends EventReader {
  private readonly copy: ClickHouseEventReader;
  private readonly freshness: CopyFreshness;
  private restsUntil = 0;

  constructor(
    clickHouse: ClickHouse,
    private readonly maxLag: number,
    private readonly log?: EventReader,
  ) {
    super();
    this.copy = new ClickHouseEventReader(clickHouse);
    this.freshness = new CopyFreshness(clickHouse);
  }

  override find(id: string, scope: ReadScope, options: ReadOptions): Promise<StoredEvent[]> {
    return this.read((reader) => reader.find(id, scope, options));
  }

  override list(listing: EventListing, options: ReadOptions): Promise<EventPage<StoredEvent>> {
    return this.read((reader) => reader.list(listing, options));
  }

  override query(query: EventQuery, options: ReadOptions): Promise<QueryResult> {
    return this.read((reader) => reader.query(query, options));
  }

  override keys(query: KeyQuery, options: ReadOptions): Promise<KeyCount[]> {
    return this.read((reader) => reader.keys(query, options));
  }

  override async asOf(): Promise<string | undefined> {
    if (this.isResting) return undefined;
    const freshness = await this.freshness.look().catch(() => undefined);
    return freshness === undefined || freshness.lag > this.maxLag ? undefined : new Date(freshness.asOf).toISOString();
  }

  private get isResting(): boolean {
    return this.log !== undefined && performance.now() < this.restsUntil;
  }

  private async read<T>(question: (reader: EventReader) => Promise<T>): Promise<T> {
    if (this.isResting) return question(this.log!);
    try {
      const { lag } = await this.freshness.look();
      if (lag <= this.maxLag) return await question(this.copy);
      lines.write('The copy is behind', 'The copy in ClickHouse is too far behind to be read');
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      lines.write('ClickHouse can not be read', `ClickHouse can not be read right now: ${causeOf(error)}`);
      if (this.log === undefined) throw error;
      this.restsUntil = performance.now() + REST_MS;
    }
    if (this.log === undefined) throw new ServiceUnavailableException('The copy in ClickHouse is too far behind to be read');
    return question(this.log);
  }
}

function causeOf({ cause }: Error): string {
  return cause instanceof Error ? cause.message : 'no answer';
}

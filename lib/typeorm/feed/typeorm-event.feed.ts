import type { OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { EventFeed, type FeedPage, type FeedPosition, type FeedStart } from '../../storage/event-feed.js';
import type { FeedTable } from '../engines/feed-table.js';
import { DEFAULT_TIMEOUT_MS } from '../engines/with-connection.js';
import { failingPlainly } from '../events/failing-plainly.js';
import { feedHintsOf } from '../events/feed-hints-of.js';
import { feedRecordOf } from './feed-record-of.js';
import { feedTableOf } from './feed-table-of.js';

/** Follows the events of a TypeORM data source in the order of commits: better-sqlite3, PostgreSQL, MySQL or MariaDB. */
export class TypeOrmEventFeed extends EventFeed implements OnModuleInit {
  private readonly table: FeedTable;

  constructor(private readonly dataSource: DataSource) {
    super();
    this.table = feedTableOf(dataSource);
  }

  async onModuleInit(): Promise<void> {
    await this.table.open(performance.now() + DEFAULT_TIMEOUT_MS);
  }

  start(from: FeedStart, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<FeedPosition> {
    return this.failingPlainly(() => this.table.start(from, performance.now() + timeoutMs));
  }

  read(after: FeedPosition, limit: number, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<FeedPage> {
    return this.failingPlainly(async () => {
      const rows = await this.table.read(after, limit, performance.now() + timeoutMs);
      const records = rows.map(feedRecordOf);
      return { records, position: records.at(-1)?.position ?? after };
    });
  }

  count(after: FeedPosition, atMost: number, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<number> {
    return this.failingPlainly(() => this.table.count(after, atMost, performance.now() + timeoutMs));
  }

  isBefore(position: FeedPosition, other: FeedPosition): boolean {
    const [ours, theirs] = [this.table.placeOf(position), this.table.placeOf(other)];
    const differs = ours.findIndex((number, index) => number !== theirs[index]);
    return differs !== -1 && ours[differs] < theirs[differs];
  }

  override watch(wake: () => void): () => void {
    const unwatch = feedHintsOf(this.dataSource).watch(wake);
    const unwatchOthers = this.table.watchOthers?.(wake);
    return () => {
      unwatch();
      unwatchOthers?.();
    };
  }

  private failingPlainly<T>(work: () => Promise<T>): Promise<T> {
    return failingPlainly('be followed', (error) => this.table.isUnavailable(error), work);
  }
}

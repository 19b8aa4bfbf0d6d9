import type { OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { type AgingEvent, EventEraser, type EventKey } from '../../storage/event-eraser.js';
import type { FeedPosition } from '../../storage/event-feed.js';
import { sql } from '../../sql/sql.js';
import type { FeedRow, FeedTable } from '../engines/feed-table.js';
import { DEFAULT_TIMEOUT_MS } from '../engines/with-connection.js';
import { toRecord } from '../events/event-columns.js';
import { failingPlainly } from '../events/failing-plainly.js';
import { feedTableOf } from '../feed/feed-table-of.js';
import { EventRows } from './event-rows.js';
import { oneOfKeys } from './one-of-keys.js';

/** Removes events of a TypeORM data source: better-sqlite3, PostgreSQL, MySQL or MariaDB. */
export class TypeOrmEventEraser extends EventEraser implements OnModuleInit {
  private readonly rows: EventRows;
  private readonly feed: FeedTable;

  constructor(dataSource: DataSource) {
    super();
    this.rows = new EventRows(dataSource);
    this.feed = feedTableOf(dataSource);
  }

  onModuleInit(): Promise<void> {
    return this.rows.open();
  }

  scan(after: FeedPosition, limit: number): Promise<AgingEvent[]> {
    const { feed } = this;
    return failingPlainly(
      'be followed',
      (error) => feed.isUnavailable(error),
      async () => {
        const rows = await feed.read(after, limit, performance.now() + DEFAULT_TIMEOUT_MS, 'outline');
        return rows.map(agingEvent);
      },
    );
  }

  async purge(keys: readonly EventKey[]): Promise<number> {
    let removed = 0;
    for (const isOne of oneOfKeys(keys)) removed += await this.rows.write(sql`DELETE FROM ${this.rows.events} WHERE ${isOne}`);
    return removed;
  }
}

function agingEvent({ row, position }: FeedRow): AgingEvent {
  const { id, projectId, entityType, receivedAt } = toRecord(row);
  return { id, projectId, entityType, receivedAt, position };
}

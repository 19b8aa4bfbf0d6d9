import type { OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { EventEraser, type EventKey } from '../../storage/event-eraser.js';
import { sql } from '../../sql/sql.js';
import { EventRows } from './event-rows.js';
import { oneOfKeys } from './one-of-keys.js';

/** Removes events of a TypeORM data source: better-sqlite3, PostgreSQL, MySQL or MariaDB. */
export class TypeOrmEventEraser extends EventEraser implements OnModuleInit {
  private readonly rows: EventRows;

  constructor(dataSource: DataSource) {
    super();
    this.rows = new EventRows(dataSource);
  }

  onModuleInit(): Promise<void> {
    return this.rows.open();
  }

  async purge(keys: readonly EventKey[]): Promise<number> {
    let removed = 0;
    for (const isOne of oneOfKeys(keys)) removed += await this.rows.write(sql`DELETE FROM ${this.rows.events} WHERE ${isOne}`);
    return removed;
  }
}

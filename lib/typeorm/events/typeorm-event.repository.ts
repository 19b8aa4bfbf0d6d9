import type { OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { EventRecord, StoredEvent } from '../../events/event.interface.js';
import type { Durability } from '../../storage/durability.interface.js';
import { EventRepository, type InsertOutcome } from '../../storage/event.repository.js';
import { byEngine } from '../engines/by-engine.js';
import { databaseOf } from '../engines/database-of.js';
import { codeOf } from '../engines/driver-error.js';
import type { EventTable, KnownRow } from '../engines/engine.js';
import { failingPlainly } from './failing-plainly.js';
import { feedHintsOf } from './feed-hints-of.js';
import { keyOf } from './row-key.js';
import { COLUMNS, type EventRow, projectKey, toRecord, toRow } from './event-columns.js';
import { outcomesOf } from './outcomes-of.js';
import { MysqlEventTable } from '../engines/mysql/event-table.js';
import { PostgresEventTable } from '../engines/postgres/event-table.js';
import { SqliteEventTable } from '../engines/sqlite/event-table.js';
import { qualifiedName } from '../engines/table-name.js';
import { DEFAULT_TIMEOUT_MS } from '../engines/with-connection.js';

const DEFAULT_MAX_BODY_BYTES = 2 * 1024 * 1024;

/** Stores events through a TypeORM data source: better-sqlite3, PostgreSQL, MySQL or MariaDB. */
export class TypeOrmEventRepository extends EventRepository implements OnModuleInit {
  private readonly table: EventTable;

  /** `maxBodyBytes` is how large an event may be, for a warning at boot where the database takes less. */
  constructor(
    private readonly dataSource: DataSource,
    maxBodyBytes = DEFAULT_MAX_BODY_BYTES,
  ) {
    super();
    this.table = tableOf(dataSource, maxBodyBytes);
  }

  async onModuleInit(): Promise<void> {
    await this.table.open(performance.now() + DEFAULT_TIMEOUT_MS);
  }

  async insert(events: readonly EventRecord[], timeoutMs = DEFAULT_TIMEOUT_MS): Promise<InsertOutcome[]> {
    const deadline = performance.now() + timeoutMs;
    const rows = events.map(toRow);
    const first = new Map<string, EventRow>();
    for (const row of rows) {
      const key = keyOf(row);
      if (!first.has(key)) first.set(key, row);
    }
    return this.failingPlainly(async () => {
      const known = rows.length === 0 ? [] : await this.table.insert([...first.values()], deadline);
      if (known.length < first.size) feedHintsOf(this.dataSource).give();
      if (known.length === 0 && first.size === rows.length) return rows.map(() => ({ replayed: false }));
      const stored = new Map<string, KnownRow>([...first, ...known.map((row) => [keyOf(row), row] as const)]);
      return outcomesOf(rows, stored, (compared) => this.table.areSame(compared, deadline));
    });
  }

  override partOf({ projectId }: EventRecord): string {
    return this.table.partOf?.(projectKey(projectId)) ?? '';
  }

  override find(id: string, projectId: string | null, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<StoredEvent | undefined> {
    const key = { id, project_key: projectKey(projectId) };
    return this.failingPlainly(async () => {
      const row = await this.table.find(key, performance.now() + timeoutMs);
      return row && toRecord(row);
    });
  }

  override async ping(timeoutMs = DEFAULT_TIMEOUT_MS): Promise<void> {
    // An insert of nothing, which a server that only reads refuses, as one whose table is locked does not answer.
    const [table, columns] = [qualifiedName(this.dataSource), COLUMNS.join(', ')];
    const sql = `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${table} WHERE 1 = 0`;
    await this.failingPlainly(() => databaseOf(this.dataSource).run({ sql }, performance.now() + timeoutMs));
  }

  override durability(): Promise<Durability> {
    return this.table.durability(performance.now() + DEFAULT_TIMEOUT_MS).catch((error) => ({
      survives: 'unknown',
      because: `the database does not tell its settings (${codeOf(error) || (error as Error).name})`,
    }));
  }

  private failingPlainly<T>(work: () => Promise<T>): Promise<T> {
    return failingPlainly('store events', (error) => this.table.isUnavailable(error), work);
  }
}

function tableOf(dataSource: DataSource, maxBodyBytes: number): EventTable {
  return byEngine<EventTable>(dataSource, ['typeOrmStorage', 'stores events'], {
    sqlite: (source) => new SqliteEventTable(source),
    postgres: (source) => new PostgresEventTable(source),
    mysql: (source) => new MysqlEventTable(source, maxBodyBytes),
  });
}

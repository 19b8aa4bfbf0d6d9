import type { BeforeApplicationShutdown, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
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
import { QueryRefusal } from '../../storage/reading/query-refusal.js';
import { databaseOf } from '../engines/database-of.js';
import { codeOf } from '../engines/driver-error.js';
import { openTable } from '../engines/open-table.js';
import type { ReadDatabase } from '../engines/read-database.js';
import { readDatabaseOf } from '../engines/read-database-of.js';
import { DEFAULT_TIMEOUT_MS } from '../engines/with-connection.js';
import { COLUMNS } from '../events/event-columns.js';
import type { EventSource } from '../../sql/event-source.js';
import { linesSql, toLines } from './event-lines.js';
import { findSql, toEvent, toPage } from './event-rows.js';
import { eventSourceOf } from './event-source-of.js';
import { keysOf } from '../../sql/keys-sql.js';
import { listSql } from './list-sql.js';
import { answerOf } from '../../sql/query-answer.js';
import type { RunSql } from '../../sql/sql.js';
import { asked } from './asked.js';
import { UserKeyFiller } from './user-key-filler.js';

/** What Citus says of a statement that it can't split: feature_not_supported, or of a part that it has split wrongly. */
const OF_MANY_SHARDS = /^(?:0A000|42804|42883)$/;

/** Reads the events that `TypeOrmEventRepository` stores: better-sqlite3, PostgreSQL or MariaDB, but not MySQL. */
export class TypeOrmEventReader extends EventReader implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly database: ReadDatabase;
  private filled!: EventSource;
  private unfilled!: EventSource;
  private isDistributed = false;
  private readonly filler: UserKeyFiller;

  /** Events are read from `dataSource`; `written` is the one where they are stored, if that is another one. */
  constructor(
    private readonly dataSource: DataSource,
    written = dataSource,
  ) {
    super();
    this.database = readDatabaseOf(dataSource);
    this.makeSources();
    this.filler = new UserKeyFiller(written, dataSource);
  }

  async onModuleInit(): Promise<void> {
    await openEventTable(this.dataSource);
    this.isDistributed = (await this.database.isDistributed?.(performance.now() + DEFAULT_TIMEOUT_MS)) ?? false;
    if (this.isDistributed) this.makeSources();
    this.filler.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.filler.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close?.();
  }

  override find(id: string, scope: ReadScope, options: ReadOptions): Promise<StoredEvent[]> {
    return this.read(options, async (run) => (await run(findSql(id, scope, this.source), true)).map(toEvent));
  }

  override list(listing: EventListing, options: ReadOptions): Promise<EventPage<StoredEvent>> {
    return this.read(options, async (run) => toPage(await run(listSql(listing, this.source), true), listing));
  }

  override lines(listing: EventListing, options: ReadOptions): Promise<EventPage<string>> {
    const { stringify } = this.source.dialect;
    if (stringify === undefined) return super.lines(listing, options);
    return this.read(options, async (run) => toLines(await run(linesSql(listing, this.source, stringify), true), listing));
  }

  override query(query: EventQuery, options: ReadOptions): Promise<QueryResult> {
    return this.read(options, (run) => answerOf(query, this.source, run));
  }

  override keys(query: KeyQuery, options: ReadOptions): Promise<KeyCount[]> {
    return this.read(options, (run) => keysOf(query, this.source, run));
  }

  private makeSources(): void {
    const guard = this.database.guard?.('e');
    this.filled = eventSourceOf(this.dataSource, true, guard, this.isDistributed);
    this.unfilled = eventSourceOf(this.dataSource, false, guard, this.isDistributed);
  }

  // A process of an earlier version may write on: its events are not of their users until the filler looks again.
  private get source(): EventSource {
    return this.filler.isFilled() ? this.filled : this.unfilled;
  }

  private read<T>(options: ReadOptions, work: (run: RunSql) => Promise<T>): Promise<T> {
    const asking = this.isDistributed ? (run: RunSql) => work(run).catch(refusedByCitus) : work;
    return asked(this.database, this.source.dialect, 'events', options, asking);
  }
}

/** Fails, in a sentence that says what to do, where events can't be read. */
export async function openEventTable(dataSource: DataSource): Promise<void> {
  const deadline = performance.now() + DEFAULT_TIMEOUT_MS;
  await readDatabaseOf(dataSource).checkServer?.(deadline);
  await openTable(dataSource, databaseOf(dataSource), COLUMNS, deadline);
}

function refusedByCitus(error: unknown): never {
  if (!OF_MANY_SHARDS.test(codeOf(error))) throw error;
  throw new QueryRefusal('Citus has no answer to this over several projects; ask for one');
}

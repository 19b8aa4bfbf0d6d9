import type { OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { StoredEvent } from '../../events/event.interface.js';
import type { ErasedCount, PersonalEvents, PersonInProject } from '../../storage/erasure.interface.js';
import type { ErasureRequestStore } from '../../storage/erasure-request.store.js';
import { type AgingEvent, type EventDays, EventEraser, type EventKey } from '../../storage/event-eraser.js';
import type { FeedPosition } from '../../storage/event-feed.js';
import type { Erasure, ErasureTable } from '../engines/erasure-table.js';
import type { FeedRow, FeedTable } from '../engines/feed-table.js';
import { DEFAULT_TIMEOUT_MS } from '../engines/with-connection.js';
import { projectKey, toRecord } from '../events/event-columns.js';
import { failingPlainly } from '../events/failing-plainly.js';
import { feedHintsOf } from '../events/feed-hints-of.js';
import { feedTableOf } from '../feed/feed-table-of.js';
import { fillProject } from '../reading/fill-project.js';
import { UnfilledRows } from '../reading/unfilled-rows.js';
import { erasureTableOf } from './erasure-table-of.js';
import { ErasureRequestRows } from './erasure-request-rows.js';
import { EventRows } from './event-rows.js';
import { PersonRows } from './person-rows.js';

/** Removes events of a TypeORM data source: better-sqlite3, PostgreSQL, MySQL or MariaDB. */
export class TypeOrmEventEraser extends EventEraser implements OnModuleInit {
  readonly requests: ErasureRequestStore & { open(): Promise<void> };
  override readonly anonymizesAtOnce: number;
  private readonly rows: EventRows;
  private readonly feed: FeedTable;
  private readonly people: PersonRows;
  private readonly unfilled: UnfilledRows;
  private readonly erasures: ErasureTable;

  constructor(private readonly dataSource: DataSource) {
    super();
    this.requests = new ErasureRequestRows(dataSource);
    this.rows = new EventRows(dataSource);
    this.feed = feedTableOf(dataSource);
    this.people = new PersonRows(dataSource, this.feed);
    this.unfilled = new UnfilledRows(dataSource);
    this.erasures = erasureTableOf(dataSource);
    this.anonymizesAtOnce = this.erasures.changesAtOnce;
  }

  async onModuleInit(): Promise<void> {
    await this.rows.open();
    await this.erasures.open(performance.now() + DEFAULT_TIMEOUT_MS);
    await this.requests.open();
  }

  scan(after: FeedPosition, limit: number): Promise<AgingEvent[]> {
    return this.failingPlainly(async () => {
      const rows = await this.feed.read(after, limit, performance.now() + DEFAULT_TIMEOUT_MS, 'outline');
      return rows.map(agingEvent);
    });
  }

  async purge(keys: readonly EventKey[], until?: string): Promise<number> {
    // Before: of an event that is gone, nothing would tell that its id is still noted.
    await this.rows.forgetIds(await this.rows.anonymizedAmong(keys));
    return this.rows.remove(keys, until);
  }

  override pastDays(): Promise<EventDays[] | undefined> {
    return this.failingPlainly(async () => this.erasures.days?.past());
  }

  override dropDays(days: EventDays): Promise<void> {
    return this.failingPlainly(async () => this.erasures.days?.drop(days));
  }

  searched(): Promise<string[]> {
    return this.rows.names();
  }

  end(): Promise<FeedPosition> {
    const deadline = performance.now() + DEFAULT_TIMEOUT_MS;
    return this.failingPlainly(async () => this.erasures.end?.(deadline) ?? this.feed.start('now', deadline));
  }

  async projectsOf(userKey: string, { projectId: only, upTo }: PersonalEvents = {}): Promise<(string | null)[]> {
    const projects = only === undefined ? this.unfilled.projects() : [only];
    const own: (string | null)[] = [];
    for await (const projectId of projects) {
      // Those of an earlier version have no user yet, and the index would not find them.
      await this.failingPlainly(() => fillProject(this.unfilled, projectId));
      if (await this.people.hasAny({ userKey, projectId, upTo })) own.push(projectId);
    }
    return own;
  }

  keysOf(person: PersonInProject, limit: number): Promise<EventKey[]> {
    return this.people.keysOf(person, limit);
  }

  eventsOf(person: PersonInProject, limit: number, after?: StoredEvent): Promise<StoredEvent[]> {
    return this.people.eventsOf(person, limit, after);
  }

  countOf(person: PersonInProject): Promise<number> {
    return this.people.countOf(person);
  }

  async erase(keys: readonly EventKey[], requestId: string): Promise<void> {
    await this.mark(keys, 'deleted', requestId);
    await this.rows.removeParked(keys);
    await this.rows.remove(keys); // at last: who goes on after a crash finds them
  }

  /** Until all of it is done, they are found by their person: who goes on after a crash does all of it again. */
  async anonymize(events: readonly StoredEvent[], requestId: string): Promise<void> {
    await this.rows.change(events);
    // Only now, as the feed gives the event as it is.
    await this.mark(events, 'anonymized', requestId);
    await this.rows.removeParked(events);
    await this.rows.forgetPerson(events);
  }

  erasedBy(requestId: string): Promise<ErasedCount[]> {
    return this.rows.erasedBy(requestId);
  }

  private async mark(keys: readonly EventKey[], kind: Erasure['kind'], requestId: string): Promise<void> {
    const erasure: Erasure = { kind, requestId, erasedAt: new Date().toISOString() };
    const rows = keys.map(({ id, projectId }) => ({ id, project_key: projectKey(projectId) }));
    if (rows.length === 0) return;
    await this.failingPlainly(() => this.erasures.mark(rows, erasure, performance.now() + DEFAULT_TIMEOUT_MS));
    feedHintsOf(this.dataSource).give();
  }

  private failingPlainly<T>(work: () => Promise<T>): Promise<T> {
    return failingPlainly('erase events', (error) => this.erasures.isUnavailable(error), work);
  }
}

function agingEvent({ row, position }: FeedRow): AgingEvent {
  const { id, projectId, entityType, receivedAt } = toRecord(row);
  return { id, projectId, entityType, receivedAt, position };
}

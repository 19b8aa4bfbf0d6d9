import { Injectable } from '@nestjs/common';
import type { EventRecord, StoredEvent } from '../events/event.interface.js';
import { storedEvent } from '../events/stored-event.js';
import { userKeyOf } from '../events/user-key.js';
import { typeName } from '../options/checks/type-name.js';
import type { ErasedCount, PersonalEvents, PersonInProject } from './erasure.interface.js';
import type { ErasureRequestStore } from './erasure-request.store.js';
import { type AgingEvent, EventEraser, type EventKey } from './event-eraser.js';
import type { FeedPosition, StoredRecord } from './event-feed.js';
import { EventRepository } from './event.repository.js';
import { InMemoryEventFeed } from './in-memory-event.feed.js';
import { InMemoryErasureRequestStore } from './in-memory-erasure-request.store.js';
import { InMemoryEventRepository } from './in-memory-event.repository.js';
import { compareCodePoints } from './reading/code-point-order.js';

/** Removes events of an `InMemoryEventRepository`. */
@Injectable()
export class InMemoryEventEraser extends EventEraser {
  readonly requests: ErasureRequestStore = new InMemoryErasureRequestStore();
  private readonly repository: InMemoryEventRepository;

  constructor(repository: EventRepository) {
    super();
    if (!(repository instanceof InMemoryEventRepository)) throw new TypeError(wrongStore(repository));
    this.repository = repository;
  }

  async scan(after: FeedPosition, limit: number): Promise<AgingEvent[]> {
    const { records } = await new InMemoryEventFeed(this.repository).read(after, Infinity);
    return records.flatMap((record) => (record.kind === 'stored' ? [agingEvent(record)] : [])).slice(0, limit);
  }

  async purge(keys: readonly EventKey[], until?: string): Promise<number> {
    return keys.filter((key) => this.repository.remove(key, until)).length;
  }

  async searched(): Promise<string[]> {
    return ['events in memory'];
  }

  async end(): Promise<FeedPosition> {
    return new InMemoryEventFeed(this.repository).start('now');
  }

  async projectsOf(userKey: string, among: PersonalEvents = {}): Promise<(string | null)[]> {
    return [...new Set(this.recordsOf({ userKey, ...among }).map(({ projectId }) => projectId))];
  }

  async keysOf(person: PersonInProject, limit: number): Promise<EventKey[]> {
    return (await this.eventsOf(person, limit)).map(({ id, projectId }) => ({ id, projectId }));
  }

  async eventsOf(person: PersonInProject, limit: number, after?: StoredEvent): Promise<StoredEvent[]> {
    const own = this.recordsOf(person).filter((event) => after === undefined || inOrder(event, after) > 0);
    return own.toSorted(inOrder).slice(0, limit).map(storedEvent);
  }

  async countOf(person: PersonInProject): Promise<number> {
    return this.recordsOf(person).length;
  }

  async erase(keys: readonly EventKey[], requestId: string): Promise<void> {
    for (const key of keys) this.repository.erase(key, requestId);
  }

  async anonymize(events: readonly StoredEvent[], requestId: string): Promise<void> {
    for (const event of events) this.repository.erase(event, requestId, event);
  }

  async erasedBy(requestId: string): Promise<ErasedCount[]> {
    const counts = new Map<string | null, number>();
    for (const { projectId, requestId: of } of this.repository.erasures) {
      if (of === requestId) counts.set(projectId, (counts.get(projectId) ?? 0) + 1);
    }
    return [...counts].map(([projectId, events]) => ({ projectId, events }));
  }

  private recordsOf({ userKey, projectId, upTo = 'Infinity' }: PersonalEvents & { readonly userKey: string }): EventRecord[] {
    const isAmong = (event: EventRecord) => projectId === undefined || event.projectId === projectId;
    const before = this.repository.numbered.filter(({ number }) => number <= Number(upTo)).map(({ event }) => event);
    return before.filter((event) => isAmong(event) && userKeyOf(event) === userKey);
  }
}

function agingEvent({ position, receivedAt, event: { id, projectId, entityType } }: StoredRecord): AgingEvent {
  return { position, receivedAt, id, projectId, entityType };
}

function inOrder(a: StoredEvent, b: StoredEvent): number {
  return Date.parse(a.createdAt) - Date.parse(b.createdAt) || compareCodePoints(a.id, b.id);
}

function wrongStore(repository: EventRepository): string {
  return `InMemoryEventEraser removes from InMemoryEventRepository, got ${typeName(repository)}: give \`storage\` an eraser of its own.`;
}

import { Injectable } from '@nestjs/common';
import type { EventRecord, StoredEvent } from '../events/event.interface.js';
import type { Durability } from './durability.interface.js';
import type { EventKey } from './event-eraser.js';
import { EventRepository, type InsertOutcome } from './event.repository.js';
import { FeedHints } from './feed-hints.js';

/** An event, and how many were ever stored up to it. */
export interface NumberedEvent {
  readonly number: number;
  readonly event: EventRecord;
}

/** Keeps events in the process: for tests and first tries. */
@Injectable()
export class InMemoryEventRepository extends EventRepository {
  private readonly hints = new FeedHints();
  private readonly byKey = new Map<string, NumberedEvent>();
  private stored = 0;

  /** Every event, oldest first. */
  get events(): EventRecord[] {
    return this.numbered.map(({ event }) => event);
  }

  /** The same, each with how many were ever stored up to it. */
  get numbered(): NumberedEvent[] {
    return [...this.byKey.values()];
  }

  /** How many were ever stored. */
  get last(): number {
    return this.stored;
  }

  /** Forgets all events. */
  clear(): void {
    this.byKey.clear();
  }

  /** Forgets an event. False: there is none. */
  remove(key: EventKey): boolean {
    return this.byKey.delete(keyOf(key));
  }

  insert(events: readonly EventRecord[]): Promise<InsertOutcome[]> {
    const outcomes = events.map((event) => this.insertOne(event));
    this.hints.give();
    return Promise.resolve(outcomes);
  }

  /** Calls `wake`, which must not throw, after each insert. Returns what ends it. */
  watch(wake: () => void): () => void {
    return this.hints.watch(wake);
  }

  override durability(): Promise<Durability> {
    const because =
      'events are kept in memory and lost on restart; set `storage`, e.g. typeOrmStorage() of nestjs-event-log/typeorm';
    return Promise.resolve({ survives: 'nothing', because });
  }

  override find(id: string, projectId: string | null): Promise<StoredEvent | undefined> {
    return Promise.resolve(this.byKey.get(keyOf({ id, projectId }))?.event);
  }

  override ping(): Promise<void> {
    return Promise.resolve();
  }

  private insertOne(event: EventRecord): InsertOutcome {
    const key = keyOf(event);
    const earlier = this.byKey.get(key)?.event;
    if (earlier === undefined) {
      this.byKey.set(key, { number: ++this.stored, event });
      return { replayed: false };
    }
    return earlier.contentDigest === event.contentDigest ? { replayed: true, createdAt: earlier.createdAt } : { conflict: true };
  }
}

function keyOf({ id, projectId }: EventKey): string {
  return JSON.stringify([projectId, id]);
}

import { Injectable } from '@nestjs/common';
import { erasedIdDigest } from '../events/erased-id-digest.js';
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

/** That an event was erased, numbered as if it were one. */
export interface NumberedErasure {
  readonly number: number;
  readonly idDigest: string;
  readonly projectId: string | null;
  readonly requestId: string;
  readonly erasedAt: string;
  /** The key of the event, where that was only changed. */
  readonly changed?: EventKey;
}

/** Keeps events in the process: for tests and first tries. */
@Injectable()
export class InMemoryEventRepository extends EventRepository {
  private readonly hints = new FeedHints();
  private readonly byKey = new Map<string, NumberedEvent>();
  private readonly erasedKeys = new Map<string, NumberedErasure>();
  private stored = 0;

  /** Every event, oldest first. */
  get events(): EventRecord[] {
    return this.numbered.map(({ event }) => event);
  }

  /** The same, each with how many were ever stored up to it. */
  get numbered(): NumberedEvent[] {
    return [...this.byKey.values()];
  }

  /** What was erased on a person's request, in order. */
  get erasures(): NumberedErasure[] {
    return [...this.erasedKeys.values()];
  }

  /** How many were ever stored or erased. */
  get last(): number {
    return this.stored;
  }

  /** Forgets all events, and what was erased. */
  clear(): void {
    this.byKey.clear();
    this.erasedKeys.clear();
  }

  recordOf(key: EventKey): EventRecord | undefined {
    return this.byKey.get(keyOf(key))?.event;
  }

  /** Forgets an event that was received by `until`, or whenever. False: there is none. */
  remove(key: EventKey, until?: string): boolean {
    const found = this.byKey.get(keyOf(key));
    if (found !== undefined && until !== undefined && found.event.receivedAt > until) return false;
    return this.byKey.delete(keyOf(key));
  }

  /** Forgets an event, or keeps what is left of it, and takes none with its id again. */
  erase({ id, projectId }: EventKey, requestId: string, left?: StoredEvent): void {
    const key = keyOf({ id, projectId });
    const idDigest = erasedIdDigest(id);
    const changed = left && { id, projectId };
    const erasure = { idDigest, projectId, requestId, erasedAt: new Date().toISOString(), ...(changed && { changed }) };
    const erasedKey = keyOf({ id: idDigest, projectId });
    const before = this.byKey.get(key);
    if (before === undefined) return;
    this.erasedKeys.delete(erasedKey); // to stand at the end
    this.erasedKeys.set(erasedKey, { number: ++this.stored, ...erasure });
    if (left === undefined) this.byKey.delete(key);
    else this.byKey.set(key, { number: before.number, event: whatIsLeft(before.event, left) });
    this.hints.give();
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
    return Promise.resolve(this.recordOf({ id, projectId }));
  }

  override ping(): Promise<void> {
    return Promise.resolve();
  }

  private insertOne(event: EventRecord): InsertOutcome {
    if (this.isErased(event)) return { erased: true };
    const key = keyOf(event);
    const earlier = this.byKey.get(key)?.event;
    if (earlier === undefined) {
      this.byKey.set(key, { number: ++this.stored, event });
      return { replayed: false };
    }
    return earlier.contentDigest === event.contentDigest ? { replayed: true, createdAt: earlier.createdAt } : { conflict: true };
  }

  private isErased({ id, projectId }: EventKey): boolean {
    return this.erasedKeys.size > 0 && this.erasedKeys.has(keyOf({ id: erasedIdDigest(id), projectId }));
  }
}

function whatIsLeft(event: EventRecord, { properties, userProperties, fields }: StoredEvent): EventRecord {
  return { ...event, properties, userProperties, ...(fields && { fields }) };
}

function keyOf({ id, projectId }: EventKey): string {
  return JSON.stringify([projectId, id]);
}

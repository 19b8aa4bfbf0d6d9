import { Injectable } from '@nestjs/common';
import type { EventRecord } from '../events/event.interface.js';
import type { Durability } from './durability.interface.js';
import { EventRepository, type InsertOutcome } from './event.repository.js';

/** Keeps events in the process: for tests and first tries. */
@Injectable()
export class InMemoryEventRepository extends EventRepository {
  private readonly byKey = new Map<string, EventRecord>();

  /** Every event, oldest first. */
  get events(): EventRecord[] {
    return [...this.byKey.values()];
  }

  insert(events: readonly EventRecord[]): Promise<InsertOutcome[]> {
    return Promise.resolve(events.map((event) => this.insertOne(event)));
  }

  override durability(): Promise<Durability> {
    const because =
      'events are kept in memory and lost on restart; set `storage`, e.g. typeOrmStorage() of nestjs-event-log/typeorm';
    return Promise.resolve({ survives: 'nothing', because });
  }

  private insertOne(event: EventRecord): InsertOutcome {
    const key = JSON.stringify([event.projectId, event.id]);
    const earlier = this.byKey.get(key);
    if (earlier === undefined) this.byKey.set(key, event);
    return { event: earlier ?? event, replayed: earlier !== undefined };
  }
}

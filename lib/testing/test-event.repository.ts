import { Injectable, type Type } from '@nestjs/common';
import type { EventDto } from '../events/entity-types/event.dto.js';
import { eventTypeOf } from '../events/entity-types/event-type.decorator.js';
import type { EventRecord, StoredEvent } from '../events/event.interface.js';
import { flatEvent, storedEvent } from '../events/stored-event.js';
import type { EventOf } from '../events/typed-event.js';
import type { Durability } from '../storage/durability.interface.js';
import type { EventReader } from '../storage/event-reader.js';
import { EventRepository, type InsertOutcome } from '../storage/event.repository.js';
import { InMemoryEventReader } from '../storage/in-memory-event.reader.js';
import { InMemoryEventRepository } from '../storage/in-memory-event.repository.js';

/**
 * The store of `EventLogTestingModule`: in memory, with what tests ask of it. In a whole application, which has a store of its
 * own, it takes the place of that.
 *
 * @example
 * ```ts
 * const testing = Test.createTestingModule({ imports: [AppModule] });
 * testing.overrideProvider(EventRepository).useClass(TestEventRepository);
 * ```
 */
@Injectable()
export class TestEventRepository extends EventRepository {
  private readonly store = new InMemoryEventRepository();
  private failure?: { readonly error: unknown };

  /** The events that were logged, oldest first, as `EventLogService` answers them; of one entity type, typed by its class. */
  events(): StoredEvent[];
  events<Dto extends EventDto>(entityType: Type<Dto>): EventOf<Dto>[];
  events(entityType?: Type<EventDto>): StoredEvent[] {
    const events = this.store.events.map((record) => flatEvent(storedEvent(record)));
    if (entityType === undefined) return events;
    const name = eventTypeOf(entityType)?.name;
    return events.filter((event) => event.entityType === name);
  }

  /** Forgets all events, and the error of `failWith()`. */
  clear(): void {
    this.store.clear();
    this.failure = undefined;
  }

  /**
   * From now on the store takes no event and fails with `error`, until `failWith(undefined)` or `clear()`. What becomes of it
   * is up to the module, as in production: a `ServiceUnavailableException` is tried again for a moment, and then thrown.
   */
  failWith(error: unknown): void {
    this.failure = error === undefined ? undefined : { error };
  }

  override insert(events: readonly EventRecord[]): Promise<InsertOutcome[]> {
    return this.failure === undefined ? this.store.insert(events) : Promise.reject(this.failure.error);
  }

  override find(id: string, projectId: string | null): Promise<StoredEvent | undefined> {
    return this.store.find(id, projectId);
  }

  /** How the module reads its events. */
  reader(): EventReader {
    return new InMemoryEventReader(this.store);
  }

  override durability(): Promise<Durability> {
    return Promise.resolve({ survives: 'nothing', because: 'TestEventRepository keeps events in memory, for tests' });
  }
}

import { Injectable } from '@nestjs/common';
import { typeName } from '../options/checks/type-name.js';
import { type AgingEvent, EventEraser, type EventKey } from './event-eraser.js';
import type { FeedPosition, StoredRecord } from './event-feed.js';
import { EventRepository } from './event.repository.js';
import { InMemoryEventFeed } from './in-memory-event.feed.js';
import { InMemoryEventRepository } from './in-memory-event.repository.js';

/** Removes events of an `InMemoryEventRepository`. */
@Injectable()
export class InMemoryEventEraser extends EventEraser {
  private readonly repository: InMemoryEventRepository;

  constructor(repository: EventRepository) {
    super();
    if (!(repository instanceof InMemoryEventRepository)) throw new TypeError(wrongStore(repository));
    this.repository = repository;
  }

  async scan(after: FeedPosition, limit: number): Promise<AgingEvent[]> {
    const { records } = await new InMemoryEventFeed(this.repository).read(after, limit);
    return records.flatMap((record) => (record.kind === 'stored' ? [agingEvent(record)] : []));
  }

  async purge(keys: readonly EventKey[]): Promise<number> {
    return keys.filter((key) => this.repository.remove(key)).length;
  }
}

function agingEvent({ position, receivedAt, event: { id, projectId, entityType } }: StoredRecord): AgingEvent {
  return { position, receivedAt, id, projectId, entityType };
}

function wrongStore(repository: EventRepository): string {
  return `InMemoryEventEraser removes from InMemoryEventRepository, got ${typeName(repository)}: give \`storage\` an eraser of its own.`;
}

import { Injectable } from '@nestjs/common';
import { typeName } from '../options/checks/type-name.js';
import type { EventRecord } from '../events/event.interface.js';
import { storedEvent } from '../events/stored-event.js';
import { EventFeed, type FeedPage, type FeedPosition, type FeedStart, noPosition } from './event-feed.js';
import { EventRepository } from './event.repository.js';
import { InMemoryEventRepository } from './in-memory-event.repository.js';

/** Follows an `InMemoryEventRepository`. A position is how many events were stored before it. */
@Injectable()
export class InMemoryEventFeed extends EventFeed {
  private readonly repository: InMemoryEventRepository;

  constructor(repository: EventRepository) {
    super();
    if (!(repository instanceof InMemoryEventRepository)) throw new TypeError(wrongStore(repository));
    this.repository = repository;
  }

  start(from: FeedStart): Promise<FeedPosition> {
    return Promise.resolve(String(from === 'beginning' ? 0 : from === 'now' ? this.log.length : this.firstSince(from)));
  }

  async read(after: FeedPosition, limit: number): Promise<FeedPage> {
    const { log } = this;
    const first = indexOf(after, log.length);
    const records = log.slice(first, first + limit).map((record, index) => ({
      kind: 'stored' as const,
      position: String(first + index + 1),
      receivedAt: record.receivedAt,
      event: storedEvent(record),
    }));
    return { records, position: records.at(-1)?.position ?? after };
  }

  async count(after: FeedPosition, atMost: number): Promise<number> {
    return Math.min(atMost, this.log.length - indexOf(after, this.log.length));
  }

  override watch(wake: () => void): () => void {
    return this.repository.watch(wake);
  }

  private get log(): readonly EventRecord[] {
    return this.repository.events;
  }

  private firstSince(time: Date): number {
    const { log } = this;
    const index = log.findIndex(({ receivedAt }) => Date.parse(receivedAt) >= time.getTime());
    return index === -1 ? log.length : index;
  }
}

function indexOf(position: FeedPosition, end: number): number {
  const index = /^(?:0|[1-9]\d{0,14})$/.test(position) ? Number(position) : NaN;
  if (!(index <= end)) throw noPosition();
  return index;
}

function wrongStore(repository: EventRepository): string {
  return `InMemoryEventFeed follows InMemoryEventRepository, got ${typeName(repository)}: give \`storage\` a feed of its own.`;
}

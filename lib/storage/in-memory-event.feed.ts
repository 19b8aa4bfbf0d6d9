import { Injectable } from '@nestjs/common';
import { typeName } from '../options/checks/type-name.js';
import { storedEvent } from '../events/stored-event.js';
import { EventFeed, type FeedPage, type FeedPosition, type FeedStart, noPosition } from './event-feed.js';
import { EventRepository } from './event.repository.js';
import { InMemoryEventRepository, type NumberedEvent } from './in-memory-event.repository.js';

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
    const { last } = this.repository;
    return Promise.resolve(String(from === 'beginning' ? 0 : from === 'now' ? last : this.before(from)));
  }

  async read(after: FeedPosition, limit: number): Promise<FeedPage> {
    const records = this.following(after)
      .slice(0, limit)
      .map(({ number, event }) => ({
        kind: 'stored' as const,
        position: String(number),
        receivedAt: event.receivedAt,
        event: storedEvent(event),
      }));
    return { records, position: records.at(-1)?.position ?? after };
  }

  async count(after: FeedPosition, atMost: number): Promise<number> {
    return Math.min(atMost, this.following(after).length);
  }

  isBefore(position: FeedPosition, other: FeedPosition): boolean {
    return this.numberOf(position) < this.numberOf(other);
  }

  override watch(wake: () => void): () => void {
    return this.repository.watch(wake);
  }

  private following(after: FeedPosition): NumberedEvent[] {
    const position = this.numberOf(after);
    return this.repository.numbered.filter(({ number }) => number > position);
  }

  private numberOf(position: FeedPosition): number {
    const number = /^(?:0|[1-9]\d{0,14})$/.test(position) ? Number(position) : NaN;
    if (!(number <= this.repository.last)) throw noPosition();
    return number;
  }

  /** The position before the first event that was received at a time or later. */
  private before(time: Date): number {
    const { numbered, last } = this.repository;
    const first = numbered.find(({ event }) => Date.parse(event.receivedAt) >= time.getTime());
    return first === undefined ? last : first.number - 1;
  }
}

function wrongStore(repository: EventRepository): string {
  return `InMemoryEventFeed follows InMemoryEventRepository, got ${typeName(repository)}: give \`storage\` a feed of its own.`;
}
